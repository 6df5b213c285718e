package org.conntwin.tracker.userspace.flow;

import java.security.SecureRandom;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * SipHash-1-3 over the numbers of a tuple, with a key of its own: who does not know the key cannot choose tuples that
 * fall into one bucket (Aumasson and Bernstein, 2012). Thread-safe.
 */
public final class TupleHash {
    private static final int WORDS = 5;
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

    /** The hash of a tuple, which its inverse in the same zone has, too. */
    public int either(TupleKey key, int zone) {
        return either(
                key.sourceHigh, key.sourceLow, key.destinationHigh, key.destinationLow, key.keys, key.protocol, zone);
    }

    /** The same of its numbers: both ends in order, the smaller first. */
    @SuppressWarnings("ArgumentSelectionDefectChecker") // the ends are swapped on purpose
    int either(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int keys,
            int protocol,
            int zone) {
        if (small(sourceHigh, sourceLow, destinationHigh, destinationLow)) {
            long source = sourceLow << Short.SIZE | keys >>> Short.SIZE;
            long destination = destinationLow << Short.SIZE | keys & 0xffff;
            long first = Math.min(source, destination);
            long second = Math.max(source, destination);
            long ends = (first & 0xffff) << Short.SIZE | second & 0xffff;
            return mixed(
                    first >>> Short.SIZE << Integer.SIZE | second >>> Short.SIZE,
                    ends << Integer.SIZE | (long) protocol << Short.SIZE | zone);
        }
        int order = Long.compareUnsigned(sourceHigh, destinationHigh);
        order = order != 0 ? order : Long.compareUnsigned(sourceLow, destinationLow);
        order = order != 0 ? order : Integer.compare(keys >>> Short.SIZE, keys & 0xffff);
        return order <= 0
                ? of(sourceHigh, sourceLow, destinationHigh, destinationLow, keys, protocol, zone)
                : of(
                        destinationHigh,
                        destinationLow,
                        sourceHigh,
                        sourceLow,
                        Integer.rotateLeft(keys, Short.SIZE),
                        protocol,
                        zone);
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
        long last = Integer.toUnsignedLong(keys) << Integer.SIZE | (long) protocol << Short.SIZE | zone;
        return small(sourceHigh, sourceLow, destinationHigh, destinationLow)
                ? mixed(sourceLow << Integer.SIZE | destinationLow, last)
                : mixed(sourceHigh, sourceLow, destinationHigh, destinationLow, last);
    }

    /** Two addresses of IPv4 share a word. */
    private static boolean small(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        return (sourceHigh | destinationHigh | sourceLow >>> Integer.SIZE | destinationLow >>> Integer.SIZE) == 0;
    }

    private int mixed(long w0, long w1) {
        return mixed(0, 0, 0, w0, w1, 3);
    }

    private int mixed(long w0, long w1, long w2, long w3, long w4) {
        return mixed(w0, w1, w2, w3, w4, 0);
    }

    /** Hashes the words from the {@code first} of these on. */
    private int mixed(long w0, long w1, long w2, long w3, long w4, int first) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        for (int round = first; round < WORDS + LAST_ROUNDS; round++) {
            long word = switch (round) {
                case 0 -> w0;
                case 1 -> w1;
                case 2 -> w2;
                case 3 -> w3;
                case 4 -> w4;
                default -> 0;
            };
            if (round == WORDS) {
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
        return (int) (hash ^ hash >>> Integer.SIZE);
    }
}
