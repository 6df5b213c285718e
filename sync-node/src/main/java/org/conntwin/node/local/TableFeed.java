package org.conntwin.node.local;

import java.util.concurrent.atomic.LongAdder;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;

/** Feeds the internal cache with the table's events, one lock a batch. Runs on the table's thread. */
public final class TableFeed implements TableListener {
    private final InternalCache cache;
    private final ReplicationFilter filter;
    private final PeersEntries peers;
    private final ExpectationFeed expectations;
    private final Runnable changed;
    private final Runnable overrun;
    private final LongAdder peersEvents = new LongAdder();
    private final LongAdder filteredExpectations = new LongAdder();

    /**
     * Feeds the cache.
     *
     * @param changed called after a batch, when there may be something to send
     * @param overrun called when events were lost
     */
    public TableFeed(
            InternalCache cache,
            ReplicationFilter filter,
            PeersEntries peers,
            ExpectationFeed expectations,
            Runnable changed,
            Runnable overrun) {
        this.cache = cache;
        this.filter = filter;
        this.peers = peers;
        this.expectations = expectations;
        this.changed = changed;
        this.overrun = overrun;
    }

    @Override
    public void batchBegins() {
        cache.lock();
    }

    @Override
    public void batchEnds() {
        cache.unlock();
        changed.run();
    }

    @Override
    public void conntrack(EventKind kind, Conntrack entry) {
        if (peers.claims(kind, entry)) {
            peersEvents.increment();
        } else if (kind == EventKind.DESTROY || filter.replicates(entry)) {
            cache.event(kind, entry);
        } else {
            cache.filtered(entry);
        }
    }

    @Override
    public void expectation(EventKind kind, Expectation expectation) {
        if (filter.replicates(expectation)) {
            expectations.accept(kind, expectation);
        } else {
            filteredExpectations.increment();
        }
    }

    @Override
    public void windowsMoved(Conntrack entry) {
        cache.refresh(entry);
    }

    @Override
    public void overrun() {
        overrun.run();
    }

    /** Events that the configuration keeps from being replicated. */
    public long filtered() {
        return cache.counters().filtered() + filteredExpectations.sum();
    }

    /** Events of expectations that found no room, or could not be handled; each brings on a reading of the table. */
    public long expectationsLost() {
        return expectations.lost();
    }

    /** Events of entries that stand in the table for a peer. */
    public long peersEvents() {
        return peersEvents.sum();
    }
}
