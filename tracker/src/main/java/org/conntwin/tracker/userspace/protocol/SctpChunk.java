package org.conntwin.tracker.userspace.protocol;

/** Chunk types of SCTP (RFC 9260, section 3.2) and sets of them as bits. */
final class SctpChunk {
    static final int DATA = 0;
    static final int INIT = 1;
    static final int INIT_ACK = 2;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_ACK = 5;
    static final int ABORT = 6;
    static final int SHUTDOWN = 7;
    static final int SHUTDOWN_ACK = 8;
    static final int ERROR = 9;
    static final int COOKIE_ECHO = 10;
    static final int COOKIE_ACK = 11;
    static final int SHUTDOWN_COMPLETE = 14;

    /** Bit of every type that has none of its own. */
    private static final int OTHERS = 63;

    /** Chunks that stand alone in their packet. */
    static final long ALONE = bit(INIT) | bit(INIT_ACK) | bit(SHUTDOWN_COMPLETE);
    /** Chunks that are the first of their packet. */
    static final long FIRST = ALONE | bit(COOKIE_ECHO) | bit(COOKIE_ACK);
    /** Chunks that no association begins with (section 8.4). */
    static final long NEVER_NEW = bit(ABORT) | bit(SHUTDOWN_COMPLETE) | bit(COOKIE_ACK);
    /** Chunks with rules of their own for the verification tag (section 8.5.1), or none. */
    static final long OWN_TAG_RULES = bit(INIT)
            | bit(SHUTDOWN_COMPLETE)
            | bit(COOKIE_ECHO)
            | bit(ABORT)
            | bit(SHUTDOWN_ACK)
            | bit(HEARTBEAT)
            | bit(HEARTBEAT_ACK);

    private SctpChunk() {}

    static long bit(int type) {
        return 1L << Math.min(type, OTHERS);
    }
}
