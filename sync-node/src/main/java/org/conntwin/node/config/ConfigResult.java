package org.conntwin.node.config;

import java.util.List;

/** What reading a configuration gives: a configuration without a mistake in it, or every mistake. */
public sealed interface ConfigResult {
    /**
     * The file is right.
     *
     * @param config its content with defaults filled in
     */
    record Valid(NodeConfig config) implements ConfigResult {}

    /**
     * The file is wrong.
     *
     * @param errors every mistake found, at least one, in the order of the file
     */
    record Invalid(List<ConfigError> errors) implements ConfigResult {
        /** Copies the list. */
        public Invalid {
            errors = List.copyOf(errors);
        }
    }
}
