package org.conntwin.node.channel;

/** Why something that arrived, or was to be sent, was dropped; each has its own counter. */
public enum DropCause {
    /** Not ours at all: wrong magic. */
    NOT_SEALED("not-sealed"),
    /** A seal of a version that this program does not know. */
    VERSION("version"),
    /** Shorter than a seal. */
    TRUNCATED("truncated"),
    /** Longer than any message may be. */
    OVERSIZED("oversized"),
    /** The authentication tag does not fit: another key, another cluster, or changed bytes. */
    FORGED("forged"),
    /** Seen before, or too old to tell. */
    REPLAYED("replayed"),
    /** A plain datagram of another cluster (only without a key). */
    FOREIGN_CLUSTER("foreign-cluster");

    private final String label;

    DropCause(String label) {
        this.label = label;
    }

    /** The name that operators see. */
    public String label() {
        return label;
    }
}
