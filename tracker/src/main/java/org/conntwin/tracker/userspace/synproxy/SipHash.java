package org.conntwin.tracker.userspace.synproxy;

/**
 * SipHash-2-4 of some 64-bit words (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): who does not know
 * the key cannot tell the hash of other words. Keeps its state between calls to allocate none; not thread-safe.
 */
final class SipHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    /** The hash of two words, 16 bytes. */
    long of(long k0, long k1, long w0, long w1) {
        begin(k0, k1);
        add(w0);
        add(w1);
        return end(16);
    }

    /** The hash of five words, 40 bytes. */
    long of(long k0, long k1, long w0, long w1, long w2, long w3, long w4) {
        begin(k0, k1);
        add(w0);
        add(w1);
        add(w2);
        add(w3);
        add(w4);
        return end(40);
    }

    private void begin(long k0, long k1) {
        v0 = k0 ^ 0x736f6d6570736575L;
        v1 = k1 ^ 0x646f72616e646f6dL;
        v2 = k0 ^ 0x6c7967656e657261L;
        v3 = k1 ^ 0x7465646279746573L;
    }

    private void add(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long end(int bytes) {
        add((long) bytes << 56);
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32) + v3;
        v2 += v1;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
