package org.conntwin.tracker.userspace.flow;

import java.security.SecureRandom;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * SipHash-1-3 over the numbers of a tuple, with a key of its own: who does not know the key cannot choose tuples that
 * fall into one bucket (Aumasson and Bernstein, 2012). Thread-safe.
 */
public final class TupleHash {
    private static final int LAST_ROUNDS = 3;

    private final long k0;
    private final long k1;

    TupleHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** With a key that nobody knows. */
    public static TupleHash random() {
        SecureRandom random = new SecureRandom();
        return new TupleHash(random.nextLong(), random.nextLong());
    }

    int of(TupleKey key, int zone) {
        return of(key.sourceHigh, key.sourceLow, key.destinationHigh, key.destinationLow, key.keys, key.protocol, zone);
    }

    /** The hash of these numbers; see {@link TupleKey} for what they are. */
    public int of(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int keys,
            int protocol,
            int zone) {
        long last = Integer.toUnsignedLong(keys) << 32 | (long) protocol << 16 | zone;
        boolean small = (sourceHigh | destinationHigh | sourceLow >>> 32 | destinationLow >>> 32) == 0;
        return small
                ? of(0, 0, sourceLow << 32 | destinationLow, 0, last, 3)
                : of(sourceHigh, sourceLow, destinationHigh, destinationLow, last, 0);
    }

    /** Hashes the words from the {@code first} of these on: two addresses of IPv4 share the fourth. */
    private int of(long w0, long w1, long w2, long w3, long last, int first) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        for (int round = first; round < 5 + LAST_ROUNDS; round++) {
            long word = switch (round) {
                case 0 -> w0;
                case 1 -> w1;
                case 2 -> w2;
                case 3 -> first == 0 ? w3 : w2;
                case 4 -> last;
                default -> 0;
            };
            if (round == 5) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32) + v3;
            v2 += v1;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        long hash = v0 ^ v1 ^ v2 ^ v3;
        return (int) (hash ^ hash >>> 32);
    }
}
