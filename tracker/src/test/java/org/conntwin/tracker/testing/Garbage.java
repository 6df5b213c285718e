package org.conntwin.tracker.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** What handling packets leaves to the garbage collector. */
public final class Garbage {
    /** Turns of a round. */
    public static final int PACKETS = 20_000;
    /** Less than a byte a packet: what the measuring itself may take. */
    public static final long NOISE = 8_192;

    private static final int ROUNDS = 5;

    private Garbage() {}

    /** Bytes that {@link #PACKETS} turns on this thread allocate, each told its number: the least of five rounds. */
    public static long of(IntConsumer turn) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                turn.accept(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
