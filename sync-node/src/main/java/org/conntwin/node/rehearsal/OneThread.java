package org.conntwin.node.rehearsal;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;

/** Turns that the calling thread takes for all parts, one after the other. */
final class OneThread implements Turns {
    private final List<Part> parts = new ArrayList<>();
    private final Clock clock;

    OneThread(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public long wallMillis() {
        return 0;
    }

    @Override
    public Worker worker(String name, Turn turn) {
        Part part = new Part(turn);
        parts.add(part);
        return part;
    }

    /** Every part whose turn has come takes one. */
    void step() {
        parts.forEach(Part::takeIfDue);
    }

    private final class Part implements Worker {
        private final Turn turn;
        private boolean gives;
        private long wait;
        private long since;

        Part(Turn turn) {
            this.turn = turn;
        }

        void takeIfDue() {
            if (gives && clock.nanos() - since >= wait) {
                wait = Turn.UNTIL_WOKEN;
                long next = turn.take();
                since = clock.nanos();
                wait = Math.min(wait, next); // it may have been woken meanwhile
            }
        }

        @Override
        public void start() {
            since = clock.nanos();
            gives = true;
        }

        @Override
        public void wake() {
            wait = 0;
        }

        @Override
        public boolean works() {
            return gives;
        }

        @Override
        public void close() {
            gives = false;
        }
    }
}
