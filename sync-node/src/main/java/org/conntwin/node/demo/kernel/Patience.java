package org.conntwin.node.demo.kernel;

import java.time.Duration;

/**
 * A limit to standing still: a busy machine may take its time as long as it gets on. Times are readings of one monotonic
 * clock in nanoseconds. One thread.
 */
final class Patience {
    /** So many limits one after the other are enough, whatever the progress. */
    private static final int MOST = 6;

    private final long still;
    private final long last;
    private long deadline;
    private long furthest = Long.MIN_VALUE;

    /** @param still how long there may be no progress */
    Patience(Duration still, long nowNanos) {
        this.still = still.toNanos();
        deadline = nowNanos + this.still;
        last = nowNanos + MOST * this.still;
    }

    /**
     * Whether it is at its end.
     *
     * @param progress how far things have got; more than ever before begins the limit anew
     */
    boolean over(long progress, long nowNanos) {
        if (progress > furthest) {
            furthest = progress;
            deadline = nowNanos + still;
        }
        return nowNanos - deadline >= 0 || nowNanos - last >= 0;
    }
}
