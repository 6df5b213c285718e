package org.conntwin.node.demo.endpoint;

/** The retransmission timer of RFC 6298, with the shorter minimum that Linux has and a maximum for who does not want to wait. */
final class RetransmissionTimer {
    private static final long FIRST_NANOS = 1_000_000_000L;
    private static final long MIN_NANOS = 200_000_000L;
    private static final long MAX_NANOS = 4_000_000_000L;

    private long smoothed = -1;
    private long variation;
    private long timeout = FIRST_NANOS;
    private int backoff;
    private long deadline = Timed.NEVER;

    /** A round trip of a segment that was sent once only. */
    void sample(long nanos) {
        if (smoothed < 0) {
            smoothed = nanos;
            variation = nanos / 2;
        } else {
            variation += (Math.abs(smoothed - nanos) - variation) / 4;
            smoothed += (nanos - smoothed) / 8;
        }
        timeout = Math.clamp(smoothed + 4 * variation, MIN_NANOS, MAX_NANOS);
    }

    /** Runs from now on, whether or not it ran before. */
    void arm(long now) {
        deadline = now + Math.min(timeout << Math.min(backoff, 16), MAX_NANOS);
    }

    void disarm() {
        deadline = Timed.NEVER;
    }

    boolean armed() {
        return deadline != Timed.NEVER;
    }

    /** It went off: the next time is twice as long. */
    void backOff() {
        backoff++;
    }

    /** Something new was acknowledged. */
    void relax() {
        backoff = 0;
    }

    /** How often it went off in a row. */
    int backoff() {
        return backoff;
    }

    long deadline() {
        return deadline;
    }
}
