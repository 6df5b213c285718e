package org.conntwin.tracker.userspace.flow;

import java.security.SecureRandom;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * SipHash-1-3 over the numbers of a tuple, with a key of its own: who does not know the key cannot choose tuples that
 * fall into one bucket (Aumasson and Bernstein, 2012). Thread-safe.
 */
final class TupleHash {
    private final long k0;
    private final long k1;

    TupleHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    static TupleHash random() {
        SecureRandom random = new SecureRandom();
        return new TupleHash(random.nextLong(), random.nextLong());
    }

    int of(TupleKey key, int zone) {
        return of(key.sourceHigh, key.sourceLow, key.destinationHigh, key.destinationLow, key.keys, key.protocol, zone);
    }

    int of(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int keys,
            int protocol,
            int zone) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int words = (sourceHigh | destinationHigh) == 0 ? 2 : 4;
        for (int word = 0; word < words + 3; word++) {
            long m;
            if (word == words) {
                m = Integer.toUnsignedLong(keys) << 32 | (long) protocol << 16 | zone;
            } else if (word > words) {
                m = 0;
            } else if (words == 2) {
                m = word == 0 ? sourceLow : destinationLow;
            } else {
                m = switch (word) {
                    case 0 -> sourceHigh;
                    case 1 -> sourceLow;
                    case 2 -> destinationHigh;
                    default -> destinationLow;
                };
            }
            if (word == words + 1) {
                v2 ^= 0xff;
            }
            v3 ^= m;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= m;
        }
        long hash = v0 ^ v1 ^ v2 ^ v3;
        return (int) (hash ^ hash >>> 32);
    }
}
