package org.conntwin.node.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.conntwin.node.cache.InternalCache;
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
 * <p>One thread, events in their order. A queue that overflows counts as lost events.
 */
public final class ExpectationFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExpectationFeed.class.getName());
    private static final int WAITING_MOST = 8192;
    private static final long SETTLE_MILLIS = 20;

    private final ConntrackTable table;
    private final InternalCache cache;
    private final Runnable changed;
    private final Runnable overrun;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(WAITING_MOST);
    private final Map<Tuple, Zone> settling = new LinkedHashMap<>();
    private final Thread thread;

    private record Event(EventKind kind, Expectation expectation) {}

    /**
     * Feeds the cache.
     *
     * @param changed called when there may be something to send
     * @param overrun called when the queue overflowed
     */
    public ExpectationFeed(ConntrackTable table, InternalCache cache, Runnable changed, Runnable overrun) {
        this.table = table;
        this.cache = cache;
        this.changed = changed;
        this.overrun = overrun;
        this.thread = Thread.ofPlatform().name("expectation-feed").daemon().start(this::run);
    }

    /** An event of the table; returns at once. */
    void accept(EventKind kind, Expectation expectation) {
        if (!events.offer(new Event(kind, expectation))) {
            overrun.run();
        }
    }

    private void run() {
        try {
            while (true) {
                Event event = settling.isEmpty() ? events.take() : events.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
                try {
                    if (event == null) {
                        settling.forEach(this::refresh);
                        settling.clear();
                    } else {
                        handle(event);
                    }
                } catch (RuntimeException failure) {
                    LOG.log(System.Logger.Level.ERROR, "handling an expectation failed", failure);
                    settling.clear();
                    overrun.run();
                }
                changed.run();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Event event) {
        Expectation expectation = event.expectation();
        if (event.kind() != EventKind.DESTROY) {
            refresh(expectation.master(), expectation.zone());
            settling.put(expectation.master(), expectation.zone());
        }
        cache.event(event.kind(), expectation);
        if (settling.size() > WAITING_MOST) {
            settling.forEach(this::refresh);
            settling.clear();
        }
    }

    private void refresh(Tuple master, Zone zone) {
        try {
            Conntrack entry = table.find(master, zone);
            if (entry != null) {
                cache.refresh(entry);
            }
        } catch (TableException failure) {
            LOG.log(System.Logger.Level.WARNING, "a master cannot be read: {0}", failure.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(1000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
