package org.conntwin.node.channel;

/** Why something that arrived, or was to be sent, was dropped; each has its own counter. */
public enum DropCause {
    /** Not ours, or of a node that has no key while this one has: wrong magic or no seal. */
    NOT_SEALED("not-sealed", "no seal; not a node of this cluster, or one without a key"),
    /** Sealed, while this node has no key. */
    SEALED("sealed", "sealed with a key, and this node has none"),
    /** A frame of a version that this program does not know. */
    VERSION("version", "a frame version this node does not know"),
    /** Shorter than its kind can be. */
    TRUNCATED("truncated", "shorter than a frame can be"),
    /** Longer than any frame may be. */
    OVERSIZED("oversized", "longer than a frame may be"),
    /** The authentication tag does not fit: another key, another cluster, or changed bytes. */
    FORGED("forged", "another key, another cluster, or changed bytes"),
    /** Of a session that is not known, after too many of them from one host: not looked at. */
    TOO_MANY_SENDERS("too-many-senders", "of an unknown sender, one of too many from its host at once"),
    /** Seen before, or too old to tell. */
    REPLAYED("replayed", "seen before"),
    /** Well sealed, but the sender has not shown that it is there now: a recording of an earlier time, or a burst. */
    UNPROVEN("unproven", "sealed by a sender that does not answer: a recording, or lost challenges"),
    /** A question whether this node is there, or an answer to its own, that came too late or too often. */
    STALE_ANSWER("stale-answer", "a question or an answer of the seal, too late or too often"),
    /** A plain frame of another cluster (only without a key). */
    FOREIGN_CLUSTER("foreign-cluster", "of another cluster"),
    /** A plain frame with a wrong checksum (only without a key). */
    CORRUPT("corrupt", "wrong checksum"),
    /** Authentic, but not what the stack can read: a member with another version of the stack. */
    MALFORMED("malformed", "authentic, but not readable: another version of the program?"),
    /** A message of somebody who is not in this node's view. */
    NOT_A_MEMBER("not-a-member", "from a node that is not in the view"),
    /** To be sent, but the system refused it (no route, link down, buffer full). Sent again when it was reliable. */
    SEND_FAILED("send-failed", "the system refused to send"),
    /** To be sent by TCP, but the peer takes nothing and its queue is full. Sent again when it was reliable. */
    QUEUE_FULL("queue-full", "the peer takes nothing and its queue is full"),
    /** To be sent by TCP, but there is no connection. Sent again when it was reliable. */
    UNREACHABLE("unreachable", "no connection to the peer"),
    /** A TCP connection that was refused or ended: too many, or its sender did not identify itself in time. */
    CONNECTION_REFUSED("connection-refused", "too many connections, or no valid frame in time");

    private final String label;
    private final String meaning;

    DropCause(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The name that operators see. */
    public String label() {
        return label;
    }

    String meaning() {
        return meaning;
    }

    /** Whether it belongs to a cluster that is well, or is told elsewhere: counted, but nothing to warn of. */
    boolean ordinary() {
        return this == UNREACHABLE || this == STALE_ANSWER;
    }
}
