package org.conntwin.node.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableException;

/**
 * Feeds the internal cache with expectations, each behind its master as that is now: a helper that announces a
 * translated address changes the payload's length, and the kernel moves the master's sequence adjustment without
 * an event. A backup that has the expectation therefore has the adjustment too. The master is read once more a
 * moment later, as the helper may not have been through.
 *
 * <p>One event a turn, in their order. A queue that overflows counts as lost events.
 */
public final class ExpectationFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExpectationFeed.class.getName());
    private static final int WAITING_MOST = 8192;
    private static final long SETTLE_NANOS = 20_000_000L;

    private final ConntrackTable table;
    private final InternalCache cache;
    private final Runnable changed;
    private final Runnable overrun;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(WAITING_MOST);
    private final Map<Tuple, Zone> settling = new LinkedHashMap<>();
    private final Clock clock;
    private final Worker worker;
    private final LongAdder lost = new LongAdder();
    private long settled;

    private record Event(EventKind kind, Expectation expectation) {}

    /**
     * Feeds the cache.
     *
     * @param changed called when there may be something to send
     * @param overrun called when the queue overflowed
     */
    public ExpectationFeed(ConntrackTable table, InternalCache cache, Runnable changed, Runnable overrun, Turns turns) {
        this.table = table;
        this.cache = cache;
        this.changed = changed;
        this.overrun = overrun;
        this.clock = turns.clock();
        this.worker = turns.worker("expectation-feed", this::turn);
        worker.start();
    }

    /** An event of the table; returns at once. */
    void accept(EventKind kind, Expectation expectation) {
        if (!events.offer(new Event(kind, expectation))) {
            lost.increment();
            overrun.run();
        }
        worker.wake();
    }

    /** Events without room, or that could not be handled whole. */
    long lost() {
        return lost.sum();
    }

    private long turn() {
        Event event = events.poll();
        try {
            if (event != null) {
                handle(event);
                settled = clock.nanos() + SETTLE_NANOS;
            } else if (settling.isEmpty()) {
                return Turn.UNTIL_WOKEN;
            } else {
                long wait = settled - clock.nanos();
                if (wait > 0) {
                    return wait;
                }
                settle();
            }
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "handling an expectation failed", failure);
            settling.clear();
            lost.increment();
            overrun.run();
        }
        changed.run();
        return 0;
    }

    private void settle() {
        settling.forEach(this::refresh);
        settling.clear();
    }

    private void handle(Event event) {
        Expectation expectation = event.expectation();
        if (event.kind() != EventKind.DESTROY) {
            refresh(expectation.master(), expectation.zone());
            settling.put(expectation.master(), expectation.zone());
        }
        cache.event(event.kind(), expectation);
        if (settling.size() > WAITING_MOST) {
            settle();
        }
    }

    private void refresh(Tuple master, Zone zone) {
        try {
            Conntrack entry = table.find(master, zone);
            if (entry != null) {
                cache.refresh(entry);
            }
        } catch (TableException failure) {
            lost.increment();
            LOG.log(System.Logger.Level.WARNING, "a master cannot be read: {0}", failure.getMessage());
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
