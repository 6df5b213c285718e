package org.conntwin.node.config;

import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Turns a scalar into what a key wants.
 *
 * @param kind what the key wants, in words: type and range
 * @param reading the conversion
 * @param text a value as a file writes it
 */
record Converter<T>(String kind, Reading<T> reading, Function<T, String> text) {
    /** The conversion itself. */
    @FunctionalInterface
    interface Reading<T> {
        /** The value; {@link BadValue} says what was expected. */
        T convert(ScalarNode node) throws BadValue;
    }

    /** Of values that a file writes as they print. */
    static <T> Converter<T> of(String kind, Reading<T> reading) {
        return new Converter<>(kind, reading, String::valueOf);
    }

    /** The value; {@link BadValue} says what was expected. */
    T convert(ScalarNode node) throws BadValue {
        return reading.convert(node);
    }
}
