package org.conntwin.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of the file while it is read: hands out values by key, remembers which keys it was asked for, and
 * reports the rest as unknown. A wrong value is reported and then treated as absent, so that reading goes on.
 */
final class Section {
    private final ErrorList errors;
    private final String path;
    private final Optional<Mark> where;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();
    private final Consumer<ConfigKey> reads;
    private boolean misread;

    private Section(ErrorList errors, Consumer<ConfigKey> reads, String path, Optional<Mark> where) {
        this.errors = errors;
        this.reads = reads;
        this.path = path;
        this.where = where;
    }

    /** The file's outermost mapping; anything else there is an error and reads as an empty mapping. */
    static Section root(ErrorList errors, Node node) {
        return of(errors, key -> {}, "", node);
    }

    /** The same, and every value, list and section that is asked for is told. */
    static Section root(ErrorList errors, Node node, Consumer<ConfigKey> reads) {
        return of(errors, reads, "", node);
    }

    private static Section of(ErrorList errors, Consumer<ConfigKey> reads, String path, Node node) {
        Section section = new Section(errors, reads, path, node.getStartMark());
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(section::enter);
        } else if (!Tag.NULL.equals(node.getTag())) {
            section.misread = true;
            errors.add(
                    node.getStartMark(), label(path) + "expected keys with values, found " + Converters.describe(node));
        }
        return section;
    }

    private void enter(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            errors.add(tuple.getKeyNode().getStartMark(), label(path) + "a key must be a plain word");
        } else if (entries.putIfAbsent(key.getValue(), tuple) != null) {
            errors.add(key.getStartMark(), "duplicate key '" + name(Converters.shorten(key.getValue())) + "'");
        }
    }

    /** Where the value of a key stands, or the section itself when the key is absent. */
    Optional<Mark> at(String key) {
        NodeTuple tuple = entries.get(key);
        return tuple == null ? where : tuple.getValueNode().getStartMark();
    }

    /** Whether the file holds something else than a mapping here, which has been reported. */
    boolean misread() {
        return misread;
    }

    boolean has(String key) {
        known.add(key);
        return entries.containsKey(key);
    }

    void error(Optional<Mark> mark, String message) {
        errors.add(mark, message);
    }

    /** Reports a mistake at the value of a key. */
    void error(String key, String message) {
        errors.add(at(key), name(key) + ": " + message);
    }

    /** The value's node, or null when the key is absent. */
    @Nullable
    Node node(String key) {
        known.add(key);
        NodeTuple tuple = entries.get(key);
        return tuple == null ? null : tuple.getValueNode();
    }

    /** The converted value, or null when absent or wrong. */
    <T> @Nullable T value(String key, Converter<T> converter) {
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.VALUE, converter.kind(), null, false));
        return converted(key, converter);
    }

    /** The converted value, or the default when absent or wrong. */
    <T> T value(String key, Converter<T> converter, T defaultValue) {
        String text = converter.text().apply(defaultValue);
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.VALUE, converter.kind(), text, false));
        T value = converted(key, converter);
        return value == null ? defaultValue : value;
    }

    /** As {@link #value(String, Converter, Object)}, and absence is an error; the stand-in only keeps reading going. */
    <T> T required(String key, Converter<T> converter, T standIn) {
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.VALUE, converter.kind(), null, true));
        if (!has(key) && !misread) {
            errors.add(where, "missing key '" + name(key) + "'");
        }
        T value = converted(key, converter);
        return value == null ? standIn : value;
    }

    private <T> @Nullable T converted(String key, Converter<T> converter) {
        Node node = node(key);
        return node == null ? null : convert(name(key), node, converter);
    }

    /** The converted elements; empty when absent. Wrong elements are reported and left out. */
    <T> List<T> list(String key, Converter<T> converter) {
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.LIST, converter.kind(), null, false));
        List<T> values = new ArrayList<>();
        for (Node element : elements(key)) {
            T value = convert(name(key), element, converter);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** A list of mappings, each read whole; empty when absent. */
    <T> List<T> sections(String key, Function<Section, T> reader) {
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.SECTIONS, "", null, false));
        List<T> values = new ArrayList<>();
        int index = 0;
        for (Node element : elements(key)) {
            Section section = of(errors, reads, name(key) + "[" + index++ + "]", element);
            values.add(reader.apply(section));
            section.finish();
        }
        return values;
    }

    /**
     * A list of values or mappings, each element either, handed over with its place. Wrong ones are reported and left
     * out.
     */
    <T> void mixed(
            String key, Converter<T> converter, Function<Section, T> reader, BiConsumer<Optional<Mark>, T> taker) {
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.MIXED, converter.kind(), null, false));
        int index = 0;
        for (Node element : elements(key)) {
            String name = name(key) + "[" + index++ + "]";
            @Nullable T value;
            if (element instanceof MappingNode) {
                Section section = of(errors, reads, name, element);
                int before = errors.count();
                T read = reader.apply(section);
                section.finish();
                value = errors.count() == before ? read : null;
            } else {
                value = convert(name(key), element, converter);
            }
            if (value != null) {
                taker.accept(element.getStartMark(), value);
            }
        }
    }

    /** A nested mapping, read whole; an absent one reads as an empty one. */
    <T> T section(String key, Function<Section, T> reader) {
        reads.accept(new ConfigKey(name(key), ConfigKey.Shape.SECTION, "", null, false));
        Node node = node(key);
        Section section =
                node == null ? new Section(errors, reads, name(key), where) : of(errors, reads, name(key), node);
        T value = reader.apply(section);
        section.finish();
        return value;
    }

    /** Reports every key that nobody asked for. Call last. */
    void finish() {
        entries.forEach((key, tuple) -> {
            if (!known.contains(key)) {
                String nearest = Nearest.of(key, known);
                errors.add(
                        tuple.getKeyNode().getStartMark(),
                        "unknown key '" + name(Converters.shorten(key)) + "'"
                                + (nearest != null
                                        ? "; did you mean '" + nearest + "'?"
                                        : "; known here: " + String.join(", ", known)));
            }
        });
    }

    /** Whether a key is absent, or there with nothing in it. */
    boolean lacks(String key) {
        Node node = node(key);
        return node == null
                || Tag.NULL.equals(node.getTag())
                || (node instanceof SequenceNode sequence && sequence.getValue().isEmpty());
    }

    private List<Node> elements(String key) {
        Node node = node(key);
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        if (node != null && !Tag.NULL.equals(node.getTag())) {
            error(key, "expected a list such as [a, b], found " + Converters.describe(node));
        }
        return List.of();
    }

    private <T> @Nullable T convert(String name, Node node, Converter<T> converter) {
        if (!(node instanceof ScalarNode scalar)) {
            errors.add(node.getStartMark(), name + ": expected a single value, found " + Converters.describe(node));
            return null;
        }
        try {
            return converter.convert(scalar);
        } catch (BadValue e) {
            errors.add(node.getStartMark(), name + ": " + e.getMessage());
            return null;
        }
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String label(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }
}
