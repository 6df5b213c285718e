package org.conntwin.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * One key that the configuration's reader asks for.
 *
 * @param path the key behind those of its sections, e.g. {@code cluster.name}; an element of a list is {@code []}
 * @param shape what its value is made of
 * @param kind type and range of the value, or of each of a list's, in words; empty for sections
 * @param defaultText the default as a file writes it, or null when there is none
 * @param required whether it has to be there
 */
public record ConfigKey(
        String path, Shape shape, String kind, @Nullable String defaultText, boolean required) {
    /** What a key's value is made of. */
    public enum Shape {
        /** One value. */
        VALUE,
        /** A list of values. */
        LIST,
        /** Keys with values. */
        SECTION,
        /** A list, each element of which is keys with values. */
        SECTIONS,
        /** A list, each element of which is a value, or keys with values. */
        MIXED
    }

    /** Has everything that is read only where it is there. */
    private static final String OPTIONAL = """
            cluster: {}
            ha: {hold: {}}
            http: {}
            userspace:
              helpers: [{}]
              nat: [{}]
              synproxy: [{}]
            """;

    /**
     * Every key, found by reading, in the order of reading. Single timeouts are told once, in the section userspace.
     *
     * @return keys with different paths
     */
    public static List<ConfigKey> all() {
        Map<String, ConfigKey> keys = new LinkedHashMap<>();
        for (ConfigKey key : read(OPTIONAL)) {
            keys.putIfAbsent(key.path(), key);
        }
        // The key timeouts takes a word or a section, and that section the single ones, too.
        for (ConfigKey key : read("userspace: {timeouts: {}}")) {
            String above = key.path().replace("userspace.timeouts.", "userspace.");
            if (!keys.containsKey(above)) {
                keys.putIfAbsent(key.path(), key);
            }
        }
        return List.copyOf(keys.values());
    }

    private static List<ConfigKey> read(String text) {
        List<ConfigKey> keys = new ArrayList<>();
        ErrorList missing = new ErrorList("");
        Node root = Objects.requireNonNull(YamlTree.compose(text, missing), "a literal");
        ConfigReader.node(Section.root(missing, root, key -> keys.add(key.inAnyElement())));
        return keys;
    }

    private ConfigKey inAnyElement() {
        return new ConfigKey(path.replaceAll("\\[[0-9]+]", "[]"), shape, kind, defaultText, required);
    }
}
