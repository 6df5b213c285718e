package org.conntwin.node.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Where a value stands in a configuration file, for what is found wrong with it after the file was read. */
public final class Places {
    private Places() {}

    /**
     * A mistake at the value of a key.
     *
     * @param file a configuration file; one that has changed since, or lacks the key, is meant as a whole
     * @param key with its sections, such as {@code cluster.key-file}
     * @param message what is wrong and what would be right, one line
     */
    public static ConfigError error(Path file, String key, String message) {
        ErrorList errors = new ErrorList(file.toString());
        Node at = ConfigReader.tree(file, errors);
        for (String name : key.split("\\.", -1)) {
            at = value(at, name);
        }
        Optional<Mark> place = at == null ? Optional.empty() : at.getStartMark();
        ErrorList one = new ErrorList(file.toString());
        one.add(place, key + ": " + message);
        return one.sorted().getFirst();
    }

    private static @Nullable Node value(@Nullable Node section, String name) {
        if (section instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name)) {
                    return tuple.getValueNode();
                }
            }
        }
        return null;
    }
}
