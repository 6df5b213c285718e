package org.conntwin.node.local;

/** How a peer stands to this node, for whoever writes its entries into the local table. From any thread. */
public interface PeerStanding {
    /** The claim with which the peer ranks against others; 0 for none. */
    long claim(String origin);

    /** Whether the peer's claim beats this node's: then its copy replaces an own one. */
    boolean outranks(String origin);

    /** Whether this node took over from the peer: then packets here speak for the flows, not its copies. */
    boolean bygone(String origin);

    /** Whether the twin of the peer is known to be complete. */
    boolean proven(String origin);

    /** Whether the peer is in the cluster now. */
    boolean inSight(String origin);

    /** Of the life of the peer whose twin is here; 0 when nothing came of it. */
    long incarnation(String origin);

    /**
     * Whether both forward at the same time ({@code initial-role: multi}): packets of one flow may go through either, so
     * that each learns from the other what it did not see.
     */
    boolean shares(String origin);
}
