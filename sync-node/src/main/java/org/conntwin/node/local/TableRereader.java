package org.conntwin.node.local;

import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableException;

/**
 * Reads the whole table into the internal cache: adds, updates, and removes what is gone, while events go on.
 * One reading at a time; overruns ask for one in the background, paced.
 */
public final class TableRereader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TableRereader.class.getName());
    private static final int TRIES = 3;
    private static final long PACE_NANOS = 200_000_000L;
    /** So many failures in a row double the pace; some 6 s are enough. */
    private static final int FAILURES_MOST = 5;

    private final ConntrackTable table;
    private final InternalCache cache;
    private final ReplicationFilter filter;
    private final PeersEntries peers;
    private final Runnable changed;
    private final Clock clock;
    private final Worker worker;
    private volatile boolean asked;
    /** Of readings in the background, in a row; of its worker alone, as the next two. */
    private int failures;

    private boolean pacing;
    private long due;

    /** What a reading found. */
    public record Result(int read, int added, int updated, int removed) {}

    /** Reads {@code table} into {@code cache}. */
    public TableRereader(
            ConntrackTable table,
            InternalCache cache,
            ReplicationFilter filter,
            PeersEntries peers,
            Runnable changed,
            Turns turns) {
        this.table = table;
        this.cache = cache;
        this.filter = filter;
        this.peers = peers;
        this.changed = changed;
        this.clock = turns.clock();
        this.worker = turns.worker("table-rereader", this::turn);
        worker.start();
    }

    /** Asks for a reading soon; asking twice before it begins is asking once. */
    public void soon() {
        if (!asked) {
            asked = true;
            worker.wake();
        }
    }

    /** Lets a burst that overran the buffer end, and bounds the readings a second; a broken table gets longer. */
    private long turn() {
        if (!asked) {
            return Turn.UNTIL_WOKEN;
        }
        if (!pacing) {
            pacing = true;
            due = clock.nanos() + (PACE_NANOS << failures);
        }
        long wait = due - clock.nanos();
        if (wait > 0) {
            return wait;
        }
        pacing = false;
        asked = false;
        reread();
        return 0;
    }

    private void reread() {
        try {
            Result result = read();
            failures = 0;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "events were lost; table read again: {0} added, {1} updated, {2} removed",
                    result.added(),
                    result.updated(),
                    result.removed());
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "reading the table again failed: {0}", failure);
            failures = Math.min(failures + 1, FAILURES_MOST);
            soon();
        }
    }

    /**
     * Reads now.
     *
     * @throws TableException when the table cannot be read; the cache keeps what it had
     */
    public synchronized Result read() {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int[] counts = new int[InternalCache.Reread.values().length];
            cache.beginReread();
            boolean complete = false;
            try {
                table.dump(entry -> entry(entry, counts));
                table.dumpExpectations(expectation -> {
                    if (filter.replicates(expectation)) {
                        count(counts, cache.reread(expectation));
                    }
                });
                complete = true;
            } finally {
                if (!complete) {
                    cache.abandonReread();
                }
            }
            int removed = cache.endReread();
            changed.run();
            if (removed >= 0) {
                return new Result(counts[0] + counts[1] + counts[2], counts[0], counts[1], removed);
            }
        }
        throw new TableException("the table changes faster than it can be read; try again when it is calmer");
    }

    private void entry(Conntrack entry, int[] counts) {
        if (filter.replicates(entry) && !peers.claims(EventKind.NEW, entry)) {
            count(counts, cache.reread(entry));
        }
    }

    private static void count(int[] counts, InternalCache.Reread found) {
        switch (found) {
            case ADDED -> counts[0]++;
            case UPDATED -> counts[1]++;
            case SAME -> counts[2]++;
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
