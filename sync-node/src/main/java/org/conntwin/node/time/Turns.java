package org.conntwin.node.time;

/** Where the node's parts get their time and their turns from. */
public interface Turns {
    /** The clock by which all of them go. */
    Clock clock();

    /** Someone who gives turns, not started yet. */
    Worker worker(String name, Turn turn);

    /** Turns by daemon threads, one for each part, under this clock. */
    static Turns threads(Clock clock) {
        return new Turns() {
            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public Worker worker(String name, Turn turn) {
                return new ThreadWorker(name, turn);
            }
        };
    }
}
