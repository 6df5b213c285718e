package org.conntwin.node.ha;

/**
 * When packets wait. They do from some time after this node was told to step down, until it takes over and has committed.
 * Before that time its table is as good as the new active node's, and neighbours may not know of the change yet. A node
 * that was never told anything holds nothing: it may be the only one.
 *
 * <p>Packets that wait too long are let go, and nothing is held for a while: they may be meant for this node after all.
 * That while doubles each time. Time comes from outside, in nanoseconds that only go forward. Not thread-safe.
 */
final class HoldRule {
    static final long SETTLE_NANOS = 1_000_000_000L;
    static final long FIRST_PAUSE_NANOS = 10_000_000_000L;
    static final long LONGEST_PAUSE_NANOS = 600_000_000_000L;

    /** A commit ends by itself; how long one of millions of entries may take. */
    static final long COMMIT_NANOS = 30_000_000_000L;

    private final long limitNanos;
    private boolean told;
    private boolean closed;
    private long closesAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private boolean holds;
    private boolean committing;
    private long limitFrom;
    private long expired;

    /** Packets wait so long at most for a takeover, from the first of them; {@link #COMMIT_NANOS} once it has begun. */
    HoldRule(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** The node was told to step down, perhaps once more. */
    void steppedDown(long now) {
        if (!told) {
            told = true;
            closesAt = now + SETTLE_NANOS;
            pauseNanos = FIRST_PAUSE_NANOS;
        }
    }

    /** The node takes over: what waits may wait for the commit. */
    void takingOver(long now) {
        committing = true;
        limitFrom = now;
    }

    /** The commit has ended. */
    void committed() {
        told = false;
        closed = false;
        holds = false;
        committing = false;
    }

    /** Packets have come. */
    void held(long now) {
        if (closed && !holds) {
            holds = true;
            limitFrom = committing ? limitFrom : now;
        }
    }

    /** Whether packets are to wait now. */
    boolean closed(long now) {
        if (told && !closed && now - closesAt >= 0) {
            closed = true;
        } else if (closed && holds && now - limitFrom >= limit()) {
            expired++;
            closed = false;
            holds = false;
            closesAt = now + pauseNanos;
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        }
        return closed;
    }

    private long limit() {
        return committing ? Math.max(limitNanos, COMMIT_NANOS) : limitNanos;
    }

    /** How often packets waited too long. */
    long expired() {
        return expired;
    }
}
