package org.conntwin.node.cache;

/**
 * Whether a cache lacks what it had no room for: until a re-reading has gone through without another refusal. Not
 * thread-safe: the cache that owns it locks, but for {@link #any}.
 */
final class Refusals {
    private volatile boolean any;
    private boolean meanwhile;

    /**
     * A record was refused.
     *
     * @param full for want of room; else it is too long, which no room mends
     */
    void refused(boolean full, CacheCounters counters) {
        if (full) {
            counters.refused.increment();
            any = true;
            meanwhile = true;
        } else {
            counters.tooLong.increment();
        }
    }

    /** Everything is named anew from now on. */
    void begin() {
        meanwhile = false;
    }

    /** All was named. */
    void end() {
        any = meanwhile;
    }

    /** Whether something is lacking; from any thread. */
    boolean any() {
        return any;
    }
}
