package org.conntwin.node.demo.flow;

import java.nio.ByteBuffer;

/**
 * An endless pseudo-random byte stream that can be written and checked from any offset. Both ends of a flow derive it, so every received byte is verified:
 * a lost, doubled, reordered, altered or foreign byte shows.
 *
 * @param key what the stream derives from
 */
public record FlowStream(long key) {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** The stream of a flow in one direction: 0 from the client, 1 from the server. */
    public static FlowStream of(long seed, int flow, int direction) {
        return new FlowStream(mix(mix(seed) ^ mix(2L * flow + direction + 1)));
    }

    /** Puts the {@code length} bytes from {@code offset} on into {@code target}. */
    public void fill(long offset, ByteBuffer target, int length) {
        long word = word(offset);
        for (long at = offset; at < offset + length; at++) {
            if ((at & 7) == 0) {
                word = word(at);
            }
            target.put((byte) (word >>> ((at & 7) << 3)));
        }
    }

    /** Whether all remaining bytes of {@code received} are the stream's from {@code offset} on; consumes them. */
    public boolean matches(long offset, ByteBuffer received) {
        long word = word(offset);
        long at = offset;
        boolean same = true;
        while (received.hasRemaining()) {
            if ((at & 7) == 0) {
                word = word(at);
            }
            same &= received.get() == (byte) (word >>> ((at & 7) << 3));
            at++;
        }
        return same;
    }

    private long word(long offset) {
        return mix(key + (offset >>> 3) * GOLDEN);
    }

    /** The finalizer of SplitMix64: neighbouring inputs give unrelated outputs. */
    private static long mix(long value) {
        long z = value + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
