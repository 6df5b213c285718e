package org.conntwin.node.watch;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.proto.RoleName;

/** Whether a node may take over without a gap. Pure functions. */
final class Readiness {
    private Readiness() {}

    /**
     * What a takeover by this node would lack, a line each; nothing when it is active, or alone: then nobody has more.
     */
    static List<String> missing(Identity.Standing standing, List<PeerStatus> peers) {
        List<String> missing = new ArrayList<>();
        if (standing.role() == RoleName.FAULT) {
            missing.add("the role is fault");
        }
        if (standing.role() == RoleName.ACTIVE || standing.role() == RoleName.MULTI) {
            return missing;
        }
        for (PeerStatus peer : peers) {
            if (peer.up() && !peer.parity()) {
                missing.add("not in parity with " + peer.name() + ": " + peer.lagEntries() + " entries behind");
            }
        }
        return missing;
    }
}
