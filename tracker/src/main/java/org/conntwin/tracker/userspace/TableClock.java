package org.conntwin.tracker.userspace;

/** Time as the userspace table needs it. Thread-safe. */
@FunctionalInterface
public interface TableClock {
    /** Nanoseconds since 1970 that never go back. */
    long nanos();

    /** The machine's: the wall clock at the start of the program, and from there on steps of it go unseen. */
    static TableClock system() {
        long wall = System.currentTimeMillis() * 1_000_000L;
        long start = System.nanoTime();
        return () -> wall + (System.nanoTime() - start);
    }
}
