package org.conntwin.tracker.userspace.protocol;

/** What a packet is before anybody looks for its flow. */
public enum Admission {
    /** It has a flow, or begins one. */
    TRACKED,
    /** It speaks of another packet: it belongs to that one's flow. */
    ERROR,
    /** It is nobody's business but the neighbours'. */
    UNTRACKED,
    /** It is malformed. */
    INVALID
}
