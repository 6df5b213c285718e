package org.conntwin.node.userspace;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.NodeConfig.Ha;
import org.conntwin.node.config.NodeConfig.InitialRole;
import org.conntwin.node.config.NodeConfig.OnPeerLoss;
import org.conntwin.node.config.TableKind;
import org.conntwin.node.config.Userspace;

/** What in a valid configuration is not as it seems; of the userspace tracker a node says it as it starts. Pure functions. */
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
        promotion(config.ha(), warnings);
        return warnings;
    }

    private static void promotion(Ha ha, List<String> warnings) {
        if (ha.onPeerLoss() != OnPeerLoss.PROMOTE) {
            return;
        }
        if (ha.keepalivedFifo() != null) {
            warnings.add("ha.on-peer-loss: promote has no effect beside ha.keepalived-fifo, as keepalived decides;"
                    + " take one of the two out");
        } else if (ha.initialRole() == InitialRole.MULTI) {
            warnings.add("ha.on-peer-loss: promote has no effect with ha.initial-role: multi, as all nodes are active;"
                    + " take it out, or choose initial-role: backup");
        }
    }
}
