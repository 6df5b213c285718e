package org.conntwin.node.channel;

import java.util.Arrays;
import java.util.function.LongSupplier;

/** How often something may be done in a period, by each of some shares. Beyond, not before the next period. Thread-safe. */
final class Allowance {
    private final int most;
    private final long periodNanos;
    private final LongSupplier nanoTime;
    private final int[] taken;
    private long beganNanos;

    /** So many times in a period for each share, by a monotonic clock, nanoseconds. */
    Allowance(int shares, int most, long periodNanos, LongSupplier nanoTime) {
        this.most = most;
        this.periodNanos = periodNanos;
        this.nanoTime = nanoTime;
        this.taken = new int[shares];
        this.beganNanos = nanoTime.getAsLong();
    }

    /** Whether it may be done once more now; whose numbers differ have different shares, mostly. */
    synchronized boolean take(int who) {
        long now = nanoTime.getAsLong();
        if (now - beganNanos >= periodNanos) {
            beganNanos = now;
            Arrays.fill(taken, 0);
        }
        int share = Math.floorMod(who, taken.length);
        if (taken[share] == most) {
            return false;
        }
        taken[share]++;
        return true;
    }
}
