package org.conntwin.node.replication;

import org.conntwin.proto.RoleName;

/**
 * What is known of a peer.
 *
 * @param entries entries of the peer that this node holds
 * @param lagMillis age of the oldest change that one of the two has not got from the other
 * @param lagEntries changes that one of the two has not got from the other, as far as known
 * @param parity whether each of the two twins was found complete by the last comparison
 * @param sequence up to which piece of the peer's stream its changes are applied here
 * @param complete whether this node's copy is proven complete; of a peer that is gone, whether it was when that was lost
 * @param parityAgeSeconds since this node's twin was last found complete
 */
public record PeerStatus(
        String name,
        boolean up,
        RoleName role,
        long incarnation,
        int entries,
        long lagMillis,
        long lagEntries,
        boolean parity,
        long sequence,
        boolean complete,
        long parityAgeSeconds) {}
