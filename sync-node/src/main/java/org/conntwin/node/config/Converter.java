package org.conntwin.node.config;

import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Turns a scalar into what a key wants. */
@FunctionalInterface
interface Converter<T> {
    /** The value; {@link BadValue} says what was expected. */
    T convert(ScalarNode node) throws BadValue;
}
