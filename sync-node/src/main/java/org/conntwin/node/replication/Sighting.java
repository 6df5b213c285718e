package org.conntwin.node.replication;

/**
 * When a peer was heard, and when it proved to hear. The two differ on a link that works in one direction.
 *
 * @param up whether it is in the cluster by this node's view
 * @param claim the peer's last claim to be active, 0 for none
 * @param silentNanos for how long nothing came of it
 * @param unprovenNanos how long ago this node sent what the peer is known to have had last; {@link Long#MAX_VALUE} for never
 * @param incarnation of this node's twin of the peer
 * @param sequence up to where that twin follows the peer's stream
 */
public record Sighting(
        String name, boolean up, long claim, long silentNanos, long unprovenNanos, long incarnation, long sequence) {}
