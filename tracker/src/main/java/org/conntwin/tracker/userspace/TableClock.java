package org.conntwin.tracker.userspace;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Time as the userspace table needs it. Thread-safe. */
public interface TableClock {
    /** Nanoseconds since 1970 that never go back: the wall clock's at first, whose steps are not seen from there on. */
    long nanos();

    /** The wall clock, in nanoseconds since 1970; steps of it are seen. */
    long wallNanos();

    /** The machine's. */
    static TableClock system() {
        long wall = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
        long start = System.nanoTime();
        return new TableClock() {
            @Override
            public long nanos() {
                return wall + (System.nanoTime() - start);
            }

            @Override
            public long wallNanos() {
                return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
            }
        };
    }
}
