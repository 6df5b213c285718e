package org.conntwin.node.channel;

import java.util.concurrent.TimeUnit;

/**
 * When a node's multicasts are to come back to its own machine. Each that does wakes a thread for nothing, which
 * costs a tenth of what an event costs; but a second node of the cluster may run there, and hears them by that way alone.
 * So they come back at the start, when nodes find each other, for a moment in every minute, and for good once such a node
 * was seen.
 */
final class OwnEcho {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final long start;
    private boolean company;

    /** From now on. Time in nanoseconds, of a clock that does not go back. */
    OwnEcho(long now) {
        this.start = now;
    }

    /** Whether they are to come back now; {@code company} for a member of the cluster that is seen on this machine. */
    boolean wanted(long now, boolean companyNow) {
        company |= companyNow;
        long age = now - start;
        return company || age < START_NANOS || age % EVERY_NANOS < MOMENT_NANOS;
    }

    /** Whether a second node was seen: nothing is left to look for. */
    boolean settled() {
        return company;
    }
}
