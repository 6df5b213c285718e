package org.conntwin.node.channel;

/**
 * The gate between the network and JGroups: every datagram, and every frame of a TCP connection, passes it both ways,
 * headers, discovery and heartbeats included. Any thread.
 *
 * <p>All frames start alike (big endian):
 *
 * <pre>
 *  0      2         3      4
 *  +------+---------+------+---------------- - -
 *  | 'ct' | version | kind | depends on the kind
 *  +------+---------+------+---------------- - -
 * </pre>
 */
interface Gate {
    /** Longest frame: what fits into one UDP datagram. */
    int MAX_FRAME_BYTES = 65_507;

    byte MAGIC_0 = 'c';
    byte MAGIC_1 = 't';
    byte FRAME_VERSION = 1;
    byte KIND_PLAIN = 0;
    byte KIND_DATA = 1;
    byte KIND_CHALLENGE = 2;
    byte KIND_PROOF = 3;

    /** What became of an arrived frame. */
    enum Outcome {
        /** Its content was handed to the inlet, or it was a valid answer of the gate's own. */
        ACCEPTED,
        /** Authentic, kept (or, beyond the bound, dropped and counted) until its sender proves that it is there now. */
        HELD,
        /** Harmless and of no use: this node's own, or an answer that came twice. */
        IGNORED,
        /** Dropped and counted. */
        DROPPED
    }

    /** Where a frame came from, and how to answer it. */
    interface Peer {
        /** Sends a frame back; failures are the implementation's to count. */
        void reply(byte[] frame, int length);

        /** A number of the host that it came from: what one host may cost is bounded apart from the others. */
        int host();
    }

    /** Takes the content of accepted frames; the bytes are valid only during the call. */
    interface Inlet {
        /** One frame's content. */
        void deliver(byte[] content, int offset, int length);
    }

    /** Bytes that {@link #wrap} adds. */
    int overheadBytes();

    /** Wraps {@code length} bytes into {@code frame}, which has room for that and the overhead; returns the length. */
    int wrap(byte[] content, int offset, int length, byte[] frame);

    /** Checks one frame and hands its content, if it is good, to {@code inlet}. */
    Outcome arrived(byte[] frame, int offset, int length, Peer peer, Inlet inlet);
}
