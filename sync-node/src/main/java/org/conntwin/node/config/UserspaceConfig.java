package org.conntwin.node.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The {@code userspace} section where no node runs: of a whole configuration or of a file that has nothing else, with
 * single keys set on a command line above it. Pure but for reading the file.
 */
public final class UserspaceConfig {
    private static final String SECTION = "userspace";

    private UserspaceConfig() {}

    /** What reading gives: settings without a mistake in them, or every mistake. */
    public sealed interface Result {
        /** Settings with defaults filled in. */
        record Valid(Userspace userspace) implements Result {}

        /** At least one mistake; those of a setting name it as their source. */
        record Invalid(List<ConfigError> errors) implements Result {
            /** Copies the list. */
            public Invalid {
                errors = List.copyOf(errors);
            }
        }
    }

    /**
     * Reads.
     *
     * @param file a configuration, or null for the defaults
     * @param settings each {@code KEY=VALUE} with a key of the section and its value as in a configuration; the last
     *     one of a key counts
     */
    public static Result read(@Nullable Path file, List<String> settings) {
        List<ConfigError> errors = new ArrayList<>();
        List<NodeTuple> tuples = new ArrayList<>();
        if (file != null) {
            ErrorList found = new ErrorList(file.toString());
            tuples.addAll(section(ConfigReader.tree(file, found), found));
            errors.addAll(found.sorted());
        }
        for (String setting : settings) {
            ErrorList found = new ErrorList("--set " + Converters.shorten(setting));
            for (NodeTuple tuple : setting(setting, found)) {
                tuples.removeIf(other -> key(other).equals(key(tuple)));
                tuples.add(tuple);
            }
            found.sorted().forEach(error -> errors.add(new ConfigError(error.source(), 0, 0, error.message())));
        }
        if (!errors.isEmpty()) {
            return new Result.Invalid(errors);
        }
        ErrorList none = new ErrorList(SECTION);
        Section whole = Section.root(none, new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK));
        return new Result.Valid(UserspaceReader.read(whole));
    }

    /** The section's keys in a file that was found to be right, or to be wrong and reported. */
    private static List<NodeTuple> section(@Nullable Node root, ErrorList errors) {
        if (root == null) {
            return List.of();
        }
        if (root instanceof MappingNode top
                && top.getValue().stream().allMatch(tuple -> key(tuple).equals(SECTION))) {
            Section alone = Section.root(errors, top);
            alone.section(SECTION, UserspaceReader::read);
            alone.finish();
        } else {
            ConfigReader.node(root, errors);
        }
        return root instanceof MappingNode top ? keys(top) : List.of();
    }

    private static List<NodeTuple> setting(String setting, ErrorList errors) {
        int equals = setting.indexOf('=');
        String key = equals < 0 ? setting : setting.substring(0, equals);
        if (equals > 0 && key.matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+")) {
            String[] keys = key.split("\\.", 2);
            errors.add(
                    Optional.empty(),
                    "a key within a section is given with it: --set '" + keys[0] + "={" + keys[1] + ": "
                            + Converters.shorten(setting.substring(equals + 1)) + "}'");
            return List.of();
        }
        if (equals <= 0 || !key.matches("[A-Za-z0-9_-]+")) {
            errors.add(
                    Optional.empty(),
                    "expected KEY=VALUE with a key of the section userspace, such as tcp-loose=false");
            return List.of();
        }
        // In a mapping of its own, the value is read, and judged, as it would be in a file.
        Node root = YamlTree.compose(SECTION + ":\n  " + key + ": " + setting.substring(equals + 1) + "\n", errors);
        return section(root, errors);
    }

    private static List<NodeTuple> keys(MappingNode top) {
        for (NodeTuple tuple : top.getValue()) {
            if (key(tuple).equals(SECTION) && tuple.getValueNode() instanceof MappingNode section) {
                return section.getValue();
            }
        }
        return List.of();
    }

    private static String key(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
