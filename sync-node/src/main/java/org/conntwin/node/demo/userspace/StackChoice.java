package org.conntwin.node.demo.userspace;

import java.util.SplittableRandom;
import org.conntwin.node.demo.endpoint.StackOptions;

/** The hosts' TCP is not all the same: segment sizes, scales and buffers as one meets them. */
final class StackChoice {
    private static final int[] SEGMENTS = {1_460, 1_460, 1_440, 1_400, 1_360, 536};
    private static final int[] SCALES = {7, 7, 7, 8, 2, 0, -1};
    private static final int[] BUFFERS = {64 << 10, 128 << 10, 256 << 10};
    private static final long TIME_WAIT_NANOS = 10_000_000_000L;

    private StackChoice() {}

    /** Some host's TCP. */
    static StackOptions draw(SplittableRandom random) {
        return new StackOptions(
                SEGMENTS[random.nextInt(SEGMENTS.length)],
                SCALES[random.nextInt(SCALES.length)],
                random.nextInt(10) > 0,
                BUFFERS[random.nextInt(BUFFERS.length)],
                TIME_WAIT_NANOS);
    }
}
