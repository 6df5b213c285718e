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

    private final long limitNanos;
    private boolean told;
    private boolean closed;
    private long closesAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private boolean holds;
    private long limitFrom;
    private long expired;

    /** Packets wait so long at most, from the first of them or from the beginning of a takeover, whichever is later. */
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
        limitFrom = now;
    }

    /** The commit has ended. */
    void committed() {
        told = false;
        closed = false;
        holds = false;
    }

    /** Packets have come. */
    void held(long now) {
        if (closed && !holds) {
            holds = true;
            limitFrom = now;
        }
    }

    /** Whether packets are to wait now. */
    boolean closed(long now) {
        if (told && !closed && now - closesAt >= 0) {
            closed = true;
        } else if (closed && holds && now - limitFrom >= limitNanos) {
            expired++;
            closed = false;
            holds = false;
            closesAt = now + pauseNanos;
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        }
        return closed;
    }

    /** How often packets waited too long. */
    long expired() {
        return expired;
    }
}
