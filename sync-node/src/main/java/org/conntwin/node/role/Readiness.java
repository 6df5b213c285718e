package org.conntwin.node.role;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.proto.RoleName;

/** Whether a node may take over without a gap. Pure functions. */
public final class Readiness {
    private Readiness() {}

    /** Whether the node has the flows already, by this role. */
    public static boolean carries(RoleName role) {
        return role == RoleName.ACTIVE || role == RoleName.MULTI;
    }

    /**
     * The peers in sight of whose entries this node does not hold all. What a peer lacks of this node's does not count.
     *
     * @param complete whether this node's twin of the peer of that name is known to be complete
     */
    public static List<PeerStatus> behind(List<PeerStatus> peers, Predicate<String> complete) {
        return peers.stream()
                .filter(peer -> peer.up() && !complete.test(peer.name()))
                .toList();
    }

    /** What a takeover now is known to lack or cannot be sure of, a line for each origin; nothing when all is proven. */
    public static List<String> gaps(List<PeerStatus> peers) {
        List<String> gaps = new ArrayList<>();
        for (PeerStatus peer : peers) {
            boolean anything = peer.up() || peer.entries() > 0 || peer.sequence() > 0;
            if (anything && !peer.complete()) {
                gaps.add(
                        peer.up()
                                ? "not in parity with " + peer.name() + ": " + peer.lagEntries() + " entries behind"
                                : "the copies of " + peer.name() + " were not proven complete when it was lost");
            }
        }
        return gaps;
    }

    /**
     * What a takeover by this node would lack, a line each; nothing when it is active, or alone: then nobody has more.
     *
     * @param complete as in {@link #behind}
     */
    public static List<String> missing(Identity.Standing standing, List<PeerStatus> peers, Predicate<String> complete) {
        List<String> missing = new ArrayList<>();
        if (standing.role() == RoleName.FAULT) {
            missing.add("the role is fault");
        }
        if (!carries(standing.role())) {
            for (PeerStatus peer : behind(peers, complete)) {
                missing.add("not in parity with " + peer.name() + ": " + peer.lagEntries() + " entries behind");
            }
        }
        return missing;
    }
}
