package org.conntwin.tracker.userspace.expect;

import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/** An expectation of a master. Guarded by the tracker's lock. */
public final class Expected {
    private static final long SECOND = 1_000_000_000L;

    Wanted wanted;
    private final Flow master;
    private final long serial;

    /** When its life ends, in the tracker's nanoseconds. */
    long end;

    @Nullable
    Expected next;

    Expected(Wanted wanted, Flow master, long serial, long end) {
        this.wanted = wanted;
        this.master = master;
        this.serial = serial;
        this.end = end;
    }

    /** What is expected. */
    public Wanted wanted() {
        return wanted;
    }

    /** The flow whose helper expects it. */
    public Flow master() {
        return master;
    }

    /** Its number among all there were, from 1. */
    long serial() {
        return serial;
    }

    /** Zone id in which it is expected. */
    int zone() {
        return master.zone().id();
    }

    /** The expectation as it is at {@code now}. */
    public Expectation model(long now) {
        long left = Math.max(0, end - now) / SECOND;
        return new Expectation(
                wanted.tuple(),
                wanted.mask(),
                master.original(),
                master.zone(),
                (int) Math.min(Integer.MAX_VALUE, left),
                wanted.expectClass(),
                wanted.flags(),
                master.helper(),
                wanted.function(),
                wanted.nat(),
                (int) serial);
    }
}
