package org.conntwin.tracker.userspace;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told to go on. */
final class SteppedClock implements TableClock {
    private final AtomicLong ahead = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong(1_700_000_000_000_000_000L);

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long wallNanos() {
        return nanos.get() + ahead.get();
    }

    /** Sets the wall clock. */
    void stepWall(double seconds) {
        ahead.addAndGet(Math.round(seconds * 1e9));
    }

    void pass(double seconds) {
        nanos.addAndGet(Math.round(seconds * 1e9));
    }
}
