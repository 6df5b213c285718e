package org.conntwin.node.time;

/** Time that only goes forward; its start has no meaning. */
@FunctionalInterface
public interface Clock {
    /** Nanoseconds. */
    long nanos();

    /** Whole seconds. */
    default int seconds() {
        return (int) (nanos() / 1_000_000_000L);
    }

    /** The machine's. */
    Clock SYSTEM = System::nanoTime;
}
