package org.conntwin.tracker.ctnetlink;

/** Counts attributes that this version does not know, so that a newer kernel's words are noticed and harmless. */
public final class UnknownAttributes {
    private volatile long count;

    /** One more; called by one thread at a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // a single writer; readers only look
    void count() {
        count++;
    }

    /** How many were met. */
    public long total() {
        return count;
    }
}
