package org.conntwin.node.replication;

import org.conntwin.proto.RoleName;

/** Who this node is at the moment. Read by any thread, changed by the role's. */
public final class Identity {
    private final String node;
    private final String table;
    private volatile Standing standing;

    /**
     * Role and the numbers that rank it.
     *
     * @param incarnation new at every start and takeover; in a stream, the older never overwrites the newer
     * @param claim number of the claim to be active, 0 for none; the highest wins
     */
    public record Standing(RoleName role, long incarnation, long claim) {}

    /** A node that begins so. */
    public Identity(String node, String table, Standing standing) {
        this.node = node;
        this.table = table;
        this.standing = standing;
    }

    /** The node's name. */
    public String node() {
        return node;
    }

    /** The kind of its local table. */
    public String table() {
        return table;
    }

    /** Role, incarnation and claim, as one. */
    public Standing standing() {
        return standing;
    }

    /** From now on. */
    public synchronized void standing(Standing next) {
        standing = next;
    }

    /** Takes an incarnation above {@code earlier}, which peers know of this node; role and claim stay. */
    public synchronized void outlive(long earlier) {
        Standing now = standing;
        if (now.incarnation() <= earlier && earlier < Long.MAX_VALUE) {
            standing = new Standing(now.role(), earlier + 1, now.claim());
        }
    }
}
