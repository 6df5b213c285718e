package org.conntwin.node.fake;

import java.util.concurrent.atomic.AtomicLong;
import org.conntwin.node.time.Clock;

/** A clock that a test moves. Thread-safe. */
public final class SteppedClock implements Clock {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    @Override
    public long nanos() {
        return nanos.get();
    }

    /** Lets so many milliseconds pass. */
    public void pass(long millis) {
        nanos.addAndGet(millis * 1_000_000L);
    }
}
