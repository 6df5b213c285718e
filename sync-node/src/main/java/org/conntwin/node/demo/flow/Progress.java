package org.conntwin.node.demo.flow;

/** How one flow's receiving side gets on. Times are readings of one monotonic clock in nanoseconds. One thread. */
public final class Progress {
    private long lastNanos;
    private long longestNanos;
    private boolean measuring;
    private long received;
    private long receivedAtMark;

    public Progress(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** Verified bytes came. */
    public void advance(int bytes, long nowNanos) {
        if (measuring) {
            longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
        }
        lastNanos = nowNanos;
        received += bytes;
    }

    /** From now on pauses count; the one that runs counts from its beginning. */
    public void arm() {
        measuring = true;
    }

    /** Pauses count no longer, the one that runs included up to now. */
    public void disarm(long nowNanos) {
        longestNanos = longestStallNanos(nowNanos);
        measuring = false;
    }

    /** Remembers this point for {@link #movedSinceMark}. */
    public void mark() {
        receivedAtMark = received;
    }

    /** Whether verified bytes came since the mark. */
    public boolean movedSinceMark() {
        return received > receivedAtMark;
    }

    /** Number of verified bytes received. */
    public long received() {
        return received;
    }

    /** The longest pause between verified bytes while measuring, the running one included. */
    public long longestStallNanos(long nowNanos) {
        return measuring ? Math.max(longestNanos, nowNanos - lastNanos) : longestNanos;
    }
}
