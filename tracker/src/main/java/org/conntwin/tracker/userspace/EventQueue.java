package org.conntwin.tracker.userspace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;
import org.conntwin.tracker.userspace.track.EventSink;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way from the tracker to the table's listener, in their order, many a batch, on one thread. Bounded: an
 * event that finds no room is lost, and the listener is told of the loss behind what came before it, as netlink does.
 */
final class EventQueue implements EventSink, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventQueue.class.getName());
    private static final int BATCH = 128;
    private static final long IDLE_MILLIS = 250;

    private sealed interface Told {
        record OfConntrack(EventKind kind, Conntrack entry) implements Told {}

        record OfExpectation(EventKind kind, Expectation expectation) implements Told {}

        record OfWindows(Conntrack entry) implements Told {}
    }

    private final BlockingQueue<Told> waiting;
    private final int capacity;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder overruns = new LongAdder();
    private final LongAdder lost = new LongAdder();
    /** Events taken in; of the tracker's lock. */
    private long accepted;
    /** How many events come before the loss that is to be told; -1 for none. */
    private volatile long lossBehind = -1;

    private volatile @Nullable TableListener listener;
    private volatile boolean closing;
    private @Nullable Thread thread;

    /** @param capacity most events that wait */
    EventQueue(int capacity) {
        this.capacity = capacity;
        waiting = new ArrayBlockingQueue<>(capacity);
    }

    /** Begins to deliver what happens from now on. Once only. */
    synchronized void listen(TableListener whoListens) {
        if (listener != null) {
            throw new IllegalStateException("this table has its listener already");
        }
        listener = whoListens;
        thread = Thread.ofPlatform().name("conntrack-events").daemon().start(() -> run(whoListens));
    }

    @Override
    public void conntrack(EventKind kind, Conntrack entry, long time) {
        if (listener != null) {
            offer(new Told.OfConntrack(kind, entry));
        }
    }

    @Override
    public void expectation(EventKind kind, Expectation expectation, long time) {
        if (listener != null) {
            offer(new Told.OfExpectation(kind, expectation));
        }
    }

    @Override
    public boolean crowded() {
        return listener != null && waiting.remainingCapacity() < capacity / 2;
    }

    /** Whether windows may be told: they never take the room that events may need. */
    boolean roomForWindows() {
        return waiting.remainingCapacity() > capacity / 2;
    }

    /** Windows moved; asked for {@link #roomForWindows} before. */
    void windows(Conntrack entry) {
        offer(new Told.OfWindows(entry));
    }

    /** Whether anybody hears what is told. */
    boolean heard() {
        return listener != null;
    }

    private void offer(Told event) {
        if (waiting.offer(event)) {
            accepted++;
            return;
        }
        lost.increment();
        if (lossBehind < 0) {
            overruns.increment();
            lossBehind = accepted;
        }
    }

    private void run(TableListener hearing) {
        List<Told> batch = new ArrayList<>(BATCH);
        long taken = 0;
        while (!closing) {
            try {
                Told first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, BATCH - 1);
                    taken += batch.size();
                    deliver(batch, hearing);
                    batch.clear();
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                return;
            }
            long behind = lossBehind;
            if (behind >= 0 && taken >= behind) {
                lossBehind = -1;
                tellLoss(hearing);
            }
        }
    }

    private void deliver(List<Told> batch, TableListener hearing) {
        try {
            hearing.batchBegins();
            try {
                for (Told event : batch) {
                    switch (event) {
                        case Told.OfConntrack(var kind, var entry) -> hearing.conntrack(kind, entry);
                        case Told.OfExpectation(var kind, var expectation) -> hearing.expectation(kind, expectation);
                        case Told.OfWindows(var entry) -> hearing.windowsMoved(entry);
                    }
                    if (!(event instanceof Told.OfWindows)) {
                        delivered.increment();
                    }
                }
            } finally {
                hearing.batchEnds();
            }
        } catch (RuntimeException failure) {
            // A listener that fails must not end listening; what it missed, a dump brings back.
            LOG.log(System.Logger.Level.ERROR, "handling conntrack events failed", failure);
            overruns.increment();
            tellLoss(hearing);
        }
    }

    private static void tellLoss(TableListener hearing) {
        try {
            hearing.overrun();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "handling lost conntrack events failed", failure);
        }
    }

    /** Events delivered. */
    long delivered() {
        return delivered.sum();
    }

    /** Times that events were lost. */
    long overruns() {
        return overruns.sum();
    }

    /** Events lost. */
    long lost() {
        return lost.sum();
    }

    /** Most events that wait. */
    int capacity() {
        return capacity;
    }

    /** Ends delivery; what waits is forgotten. */
    @Override
    public synchronized void close() {
        closing = true;
        Thread running = thread;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
