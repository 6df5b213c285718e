package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * What servers announce of themselves, taken from their SYN/ACKs; only they can fill it. A fixed amount of memory: the
 * one that was heard of least recently among a few gives way, and what was not heard again within an hour does not
 * count. Not thread-safe; nothing allocates.
 */
final class LearntOptions {
    private static final int WAYS = 4;
    private static final int SETS = 1024;
    private static final long LIFETIME_NANOS = 3_600_000_000_000L;

    private static final int SCALE_SHIFT = 16;
    private static final int SACK = 1 << 20;
    private static final int TIMESTAMP = 1 << 21;
    private static final int ECN = 1 << 22;
    private static final int SCALE_KNOWN = 1 << 24;
    private static final int SACK_KNOWN = 1 << 25;
    private static final int TIMESTAMP_KNOWN = 1 << 26;

    private final long[] highs = new long[SETS * WAYS];
    private final long[] lows = new long[SETS * WAYS];
    /** Port, and a bit above it for IPv6. */
    private final int[] ports = new int[SETS * WAYS];

    private final int[] packed = new int[SETS * WAYS];
    /** When it was heard of last; 0 for never. */
    private final long[] heard = new long[SETS * WAYS];

    LearntOptions() {}

    /**
     * A server answered.
     *
     * @param toServer tuple of packets to it
     * @param said options of its SYN/ACK
     * @param askedScale whether its SYN had a window scale: without one it could not say
     * @param askedSack the same for selective acknowledgements
     * @param askedTimestamp the same for timestamps
     */
    void note(
            TupleKey toServer,
            SynOptions said,
            boolean askedScale,
            boolean askedSack,
            boolean askedTimestamp,
            long now) {
        int slot = slot(toServer);
        boolean known = slot >= 0 && fresh(slot, now);
        if (slot < 0) {
            slot = eldest(set(toServer));
            highs[slot] = toServer.destinationHigh;
            lows[slot] = toServer.destinationLow;
            ports[slot] = port(toServer);
        }
        int bits = known ? packed[slot] : 0;
        if (said.size != 0) {
            bits = bits & ~0xffff | said.size;
        }
        if (askedScale) {
            bits = bits & ~(0xf << SCALE_SHIFT) | said.scale << SCALE_SHIFT | SCALE_KNOWN;
        }
        bits = learn(bits, askedSack, said.sackPermitted, SACK, SACK_KNOWN);
        bits = learn(bits, askedTimestamp, said.timestamp, TIMESTAMP, TIMESTAMP_KNOWN);
        packed[slot] = said.ecn ? bits | ECN : bits;
        heard[slot] = now;
    }

    private static int learn(int bits, boolean asked, boolean said, int bit, int known) {
        if (!asked) {
            return bits;
        }
        return (said ? bits | bit : bits & ~bit) | known;
    }

    /** What is known of the server, as a number for the calls below; 0 when nothing is. */
    int of(TupleKey toServer, long now) {
        int slot = slot(toServer);
        return slot >= 0 && fresh(slot, now) ? packed[slot] : 0;
    }

    static int size(int known, int otherwise) {
        return (known & 0xffff) != 0 ? known & 0xffff : otherwise;
    }

    /** The scale, {@link SynOptions#NO_SCALE} when the server has none. */
    static int scale(int known, int otherwise) {
        return (known & SCALE_KNOWN) != 0 ? known >>> SCALE_SHIFT & 0xf : otherwise;
    }

    static boolean sackPermitted(int known, boolean otherwise) {
        return (known & SACK_KNOWN) != 0 ? (known & SACK) != 0 : otherwise;
    }

    static boolean timestamp(int known, boolean otherwise) {
        return (known & TIMESTAMP_KNOWN) != 0 ? (known & TIMESTAMP) != 0 : otherwise;
    }

    static boolean ecn(int known, boolean otherwise) {
        return (known & ECN) != 0 || otherwise;
    }

    private boolean fresh(int slot, long now) {
        return heard[slot] != 0 && now - heard[slot] < LIFETIME_NANOS;
    }

    /** Where the server is; negative for nowhere. */
    private int slot(TupleKey key) {
        int first = set(key);
        int port = port(key);
        for (int slot = first; slot < first + WAYS; slot++) {
            if (lows[slot] == key.destinationLow && ports[slot] == port && highs[slot] == key.destinationHigh) {
                return slot;
            }
        }
        return -1;
    }

    private int eldest(int first) {
        int eldest = first;
        for (int slot = first + 1; slot < first + WAYS; slot++) {
            if (heard[slot] < heard[eldest]) {
                eldest = slot;
            }
        }
        return eldest;
    }

    private static int set(TupleKey key) {
        long mixed = (key.destinationLow * 31 + key.destinationHigh) * 31 + port(key);
        mixed *= 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 54) * WAYS;
    }

    private static int port(TupleKey key) {
        return key.family == Family.IPV4 ? key.destinationKey() : 1 << 16 | key.destinationKey();
    }
}
