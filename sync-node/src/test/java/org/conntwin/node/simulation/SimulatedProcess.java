package org.conntwin.node.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;

/** A process that can be frozen and killed; its parts take turns by simulated time. */
final class SimulatedProcess implements Turns {
    private static final long TURN_NANOS = 20_000L;
    private static final int WAITING_MOST = 5_000;

    private final SimulatedTime time;
    private final long clockStart;
    private final long wallStart;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean frozen;
    private boolean dead;
    private long frozenAt;
    private long resumedAt;

    /** Its wall clock runs ahead of simulated time by so many milliseconds. */
    SimulatedProcess(SimulatedTime time, long wallStart) {
        this.wallStart = wallStart;
        this.time = time;
        this.clockStart = time.random().nextLong(1_000_000_000_000L);
    }

    @Override
    public Clock clock() {
        return () -> clockStart + time.now();
    }

    @Override
    public long wallMillis() {
        return wallStart + time.now() / SimulatedTime.MILLI;
    }

    boolean runs() {
        return !dead && !frozen;
    }

    boolean dead() {
        return dead;
    }

    /** For so long that others notice. */
    boolean frozenFor(long nanos) {
        return frozen && time.now() - frozenAt >= nanos;
    }

    /** Not frozen a moment ago. */
    boolean awakeFor(long nanos) {
        return time.now() - resumedAt >= nanos;
    }

    void freeze() {
        frozen = true;
        frozenAt = time.now();
    }

    void resume() {
        frozen = false;
        resumedAt = time.now();
        while (!frozen && !dead && !waiting.isEmpty()) {
            waiting.poll().run();
        }
    }

    void kill() {
        dead = true;
        waiting.clear();
    }

    /** Now, or once the process runs again; what comes beyond the bound is lost, as in a socket. */
    void run(Runnable action) {
        if (frozen) {
            if (waiting.size() < WAITING_MOST) {
                waiting.add(action);
            }
        } else if (!dead) {
            action.run();
        }
    }

    @Override
    public Worker worker(String name, Turn turn) {
        return new SimulatedWorker(turn);
    }

    private final class SimulatedWorker implements Worker {
        private final Turn turn;
        private boolean started;
        private boolean closed;
        private boolean taking;
        private boolean woken;
        private boolean planned;
        private long due;
        private long plan;

        SimulatedWorker(Turn turn) {
            this.turn = turn;
        }

        @Override
        public void start() {
            started = true;
            plan(0);
        }

        @Override
        public void wake() {
            if (taking) {
                woken = true;
            } else if (started) {
                plan(time.random().nextLong(TURN_NANOS));
            }
        }

        private void plan(long wait) {
            if (planned && due <= time.now() + wait) {
                return;
            }
            planned = true;
            due = time.now() + wait;
            long number = ++plan;
            time.after(wait, () -> {
                if (number == plan) {
                    run(() -> take(number));
                }
            });
        }

        private void take(long number) {
            if (closed || number != plan) {
                return;
            }
            planned = false;
            taking = true;
            woken = false;
            long wait = turn.take();
            taking = false;
            if (woken || wait == 0) {
                plan(1 + time.random().nextLong(TURN_NANOS));
            } else if (wait != Turn.UNTIL_WOKEN) {
                plan(wait);
            }
        }

        @Override
        public boolean works() {
            return !closed && !dead;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
