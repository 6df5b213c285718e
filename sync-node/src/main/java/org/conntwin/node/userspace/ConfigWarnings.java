package org.conntwin.node.userspace;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.TableKind;
import org.conntwin.node.config.Userspace;

/** What in a valid configuration is not as it seems; a node says the same as it starts. Pure functions. */
public final class ConfigWarnings {
    private ConfigWarnings() {}

    /**
     * All of it, a line each.
     *
     * @return words without the file's name; empty when there is nothing to say
     */
    public static List<String> of(NodeConfig config) {
        List<String> warnings = new ArrayList<>();
        String without = TrackerConfig.withoutEffect(config);
        if (without != null) {
            warnings.add(without);
        }
        Userspace userspace = config.userspace();
        if (config.table() == TableKind.USERSPACE && userspace != null && userspace.queue() != null) {
            warnings.addAll(SynProxyConfig.warnings(config));
        }
        return warnings;
    }
}
