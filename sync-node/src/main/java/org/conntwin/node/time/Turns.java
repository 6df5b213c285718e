package org.conntwin.node.time;

import java.util.function.LongSupplier;

/** Where the node's parts get their time and their turns from. */
public interface Turns {
    /** The clock by which all of them go. */
    Clock clock();

    /** Someone who gives turns, not started yet. */
    Worker worker(String name, Turn turn);

    /** The wall clock, milliseconds since 1970. It may be wrong, and may be set in either direction at any time. */
    long wallMillis();

    /** Turns by daemon threads, one for each part, under this clock and the machine's wall clock. */
    static Turns threads(Clock clock) {
        return threads(clock, System::currentTimeMillis);
    }

    /** The same under another wall clock. */
    static Turns threads(Clock clock, LongSupplier wallMillis) {
        return new Turns() {
            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public long wallMillis() {
                return wallMillis.getAsLong();
            }

            @Override
            public Worker worker(String name, Turn turn) {
                return new ThreadWorker(name, turn);
            }
        };
    }
}
