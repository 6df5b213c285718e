package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.userspace.packet.Packet;

/**
 * The options of a segment that a SYN proxy cares about: read from one, changed, written into another. Reused; not
 * thread-safe.
 */
final class SynOptions {
    /** No window scale among the options; also how a cookie says so. */
    static final int NO_SCALE = 0xf;

    private static final int TCP_HEADER = 20;
    private static final int MAX_SCALE = 14;
    private static final int END = 0;
    private static final int NOTHING = 1;
    private static final int SIZE = 2;
    private static final int SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int TIMESTAMP = 8;

    /** In the low bits of a timestamp: the scale, and these two. */
    private static final int SACK_BIT = 1 << 4;

    private static final int ECN_BIT = 1 << 5;
    private static final int COOKIE_BITS = 0x3f;

    /** Maximum segment size; 0 for none. */
    int size;
    /** Window scale, 0 to 14; {@link #NO_SCALE} for none. */
    int scale;

    boolean sackPermitted;
    boolean timestamp;
    int value;
    int echo;
    /** Whether ECN is wanted, or agreed to; not an option, but travels with them. */
    boolean ecn;

    void clear() {
        size = 0;
        scale = NO_SCALE;
        sackPermitted = false;
        timestamp = false;
        value = 0;
        echo = 0;
        ecn = false;
    }

    /** Reads the options of a segment whose header is whole; what stands behind a malformed one is not read. */
    void read(Packet packet) {
        clear();
        int at = packet.transport + TCP_HEADER;
        int end = packet.transport + (packet.u8(packet.transport + 12) >>> 4 << 2);
        while (at < end) {
            int kind = packet.u8(at);
            if (kind == END) {
                return;
            }
            if (kind == NOTHING) {
                at++;
                continue;
            }
            int length = at + 1 < end ? packet.u8(at + 1) : 0;
            if (length < 2 || length > end - at) {
                return;
            }
            if (kind == SIZE && length == 4) {
                size = packet.u16(at + 2);
            } else if (kind == SCALE && length == 3) {
                scale = Math.min(packet.u8(at + 2), MAX_SCALE);
            } else if (kind == SACK_PERMITTED && length == 2) {
                sackPermitted = true;
            } else if (kind == TIMESTAMP && length == 10) {
                timestamp = true;
                value = packet.i32(at + 2);
                echo = packet.i32(at + 6);
            }
            at += length;
        }
    }

    /** Keeps nothing but the maximum segment size: without a timestamp there is no room to remember more. */
    void forgetAllButSize() {
        scale = NO_SCALE;
        sackPermitted = false;
        timestamp = false;
        ecn = false;
    }

    /** Keeps the timestamp alone. */
    void forgetAllButTimestamp() {
        size = 0;
        scale = NO_SCALE;
        sackPermitted = false;
        ecn = false;
    }

    /**
     * Answers a timestamp with one whose low bits remember the other options.
     *
     * @param millis any clock
     */
    void remember(int millis) {
        echo = value;
        value = millis & ~COOKIE_BITS | scale | (sackPermitted ? SACK_BIT : 0) | (ecn ? ECN_BIT : 0);
    }

    /** Takes the other options from the low bits of the timestamp that is echoed. */
    void recall() {
        scale = echo & 0xf;
        sackPermitted = (echo & SACK_BIT) != 0;
        ecn = (echo & ECN_BIT) != 0;
    }

    /** Swaps the two numbers of the timestamp. */
    void swapTimestamp() {
        int old = value;
        value = echo;
        echo = old;
    }

    /** Bytes that {@link #write} writes, a multiple of four. */
    int length() {
        return (size != 0 ? 4 : 0) + (timestamp ? 12 : sackPermitted ? 4 : 0) + (scale != NO_SCALE ? 4 : 0);
    }

    /** Writes them in the order in which Linux has them. */
    void write(byte[] bytes, int start) {
        int at = start;
        if (size != 0) {
            at = put(bytes, at, SIZE << 24 | 4 << 16 | size);
        }
        if (timestamp) {
            int head = sackPermitted ? SACK_PERMITTED << 8 | 2 : NOTHING << 8 | NOTHING;
            at = put(bytes, at, head << 16 | TIMESTAMP << 8 | 10);
            at = put(bytes, at, value);
            at = put(bytes, at, echo);
        } else if (sackPermitted) {
            at = put(bytes, at, NOTHING << 24 | NOTHING << 16 | SACK_PERMITTED << 8 | 2);
        }
        if (scale != NO_SCALE) {
            put(bytes, at, NOTHING << 24 | SCALE << 16 | 3 << 8 | scale);
        }
    }

    private static int put(byte[] bytes, int at, int word) {
        bytes[at] = (byte) (word >>> 24);
        bytes[at + 1] = (byte) (word >>> 16);
        bytes[at + 2] = (byte) (word >>> 8);
        bytes[at + 3] = (byte) word;
        return at + 4;
    }
}
