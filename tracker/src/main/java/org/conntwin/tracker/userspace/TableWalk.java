package org.conntwin.tracker.userspace;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.track.Tracker;

/** Walks through all flows of a table in turns, each short, with the lock let go between them. Thread-safe. */
final class TableWalk {
    /** Most entries that one turn of the lock takes. */
    static final int ENTRIES_A_TURN = 256;

    private static final int BUCKETS_A_TURN = 4096;
    private static final long GIVE_WAY_NANOS = 20_000;

    private final ReentrantLock lock;
    private final TableClock clock;
    private final Tracker tracker;

    TableWalk(ReentrantLock lock, TableClock clock, Tracker tracker) {
        this.lock = lock;
        this.clock = clock;
        this.tracker = tracker;
    }

    /** What is done with a flow, under the lock. */
    interface Step {
        void at(Flow flow, long now);
    }

    /** Shows every living flow to {@code step}; {@code between} is run after each turn, without the lock. */
    void through(Step step, Runnable between) {
        int bucket = 0;
        while (bucket < tracker.table().buckets()) {
            bucket = turn(bucket, step);
            between.run();
            giveWay(lock);
        }
    }

    /** Some buckets from {@code first} on; the bucket to go on with. */
    private int turn(int first, Step step) {
        lock.lock();
        try {
            FlowTable table = tracker.table();
            long now = clock.nanos();
            int bucket = first;
            int last = Math.min(table.buckets(), first + BUCKETS_A_TURN);
            int[] met = {0};
            while (bucket < last && met[0] < ENTRIES_A_TURN) {
                table.visit(bucket++, flow -> {
                    met[0]++;
                    if (flow.ended(now)) {
                        tracker.kill(flow, now);
                    } else {
                        step.at(flow, now);
                    }
                });
            }
            return bucket;
        } finally {
            lock.unlock();
        }
    }

    /** Who takes turn after turn lets others have theirs: the lock itself is not fair. */
    static void giveWay(ReentrantLock lock) {
        if (lock.hasQueuedThreads()) {
            LockSupport.parkNanos(lock, GIVE_WAY_NANOS);
        }
    }
}
