package org.conntwin.node.local;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.Reread;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableException;

/**
 * Reads the whole table into the internal cache: adds, updates, and removes what is gone, while events go on.
 * One reading at a time; overruns ask for one in the background, paced, and so do commits that left something out, and
 * room in a cache that was full.
 */
public final class TableRereader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TableRereader.class.getName());
    private static final int TRIES = 3;
    private static final long PACE_NANOS = 200_000_000L;
    /** How often it looks whether a cache that was full has room again. */
    private static final long LOOK_NANOS = 1_000_000_000L;
    /** So many failures in a row double the pace; some 6 s are enough. */
    private static final int FAILURES_MOST = 5;

    private static final Duration TOLD_MOST = Duration.ofSeconds(1);

    private final ConntrackTable table;
    private final InternalCache cache;
    private final ReplicationFilter filter;
    private final PeersEntries peers;
    private final Runnable changed;
    private final Clock clock;
    private final Worker worker;
    /** Events were lost. */
    private volatile boolean asked;
    /** A commit may have been read only in part. */
    private volatile boolean overlapped;
    /** Events were left out: what packets did is not known. */
    private volatile boolean unheard;
    /** A commit has the table tell of nothing now. */
    private volatile boolean paused;
    /** Of readings in the background, in a row; of its worker alone, as the next two. */
    private int failures;

    private boolean pacing;
    private long due;

    private final AtomicLong begun = new AtomicLong();

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

    /** How many readings have begun. */
    public long begun() {
        return begun.get();
    }

    /** Asks for a reading soon; asking twice before it begins is asking once. */
    public void soon() {
        if (!asked) {
            asked = true;
            worker.wake();
        }
    }

    /** The same for a commit that failed, or beside which a reading began: it owns what no reading may have found. */
    public void afterCommit() {
        overlapped = true;
        worker.wake();
    }

    /**
     * A commit begins that has the table tell of nothing: no reading begins in the background until {@link #afterPause}, as it
     * would have events again, take the commit's processors and find half of it.
     */
    public void beforePause() {
        paused = true;
    }

    /** Asks for a reading after such a commit: what it finds was touched by packets. */
    public void afterPause() {
        unheard = true;
        paused = false;
        worker.wake();
    }

    /** Lets a burst that overran the buffer end, and bounds the readings a second; a broken table gets longer. */
    private long turn() {
        boolean wanted = asked || overlapped || unheard;
        if (paused || !wanted && !cache.roomAgain(table::count)) {
            return LOOK_NANOS;
        }
        if (!pacing) {
            pacing = true;
            // What a commit left for later is told to the peers late already.
            boolean atOnce = unheard && failures == 0;
            due = clock.nanos() + (atOnce ? 0 : PACE_NANOS << failures);
        }
        long wait = due - clock.nanos();
        if (wait > 0) {
            return wait;
        }
        table.awaitTold(TOLD_MOST);
        if (paused) {
            return LOOK_NANOS;
        }
        pacing = false;
        reread();
        return 0;
    }

    private void reread() {
        boolean lost = asked;
        boolean commit = overlapped || unheard;
        asked = false;
        overlapped = false;
        try {
            Result result = read();
            failures = 0;
            System.Logger.Level level =
                    lost ? System.Logger.Level.WARNING : commit ? System.Logger.Level.DEBUG : System.Logger.Level.INFO;
            LOG.log(
                    level,
                    "{0}; table read again: {1} added, {2} updated, {3} removed",
                    lost ? "events were lost" : commit ? "a commit is over" : "the cache has room again",
                    result.added(),
                    result.updated(),
                    result.removed());
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "reading the table again failed: {0}", String.valueOf(failure));
            failures = Math.min(failures + 1, FAILURES_MOST);
            asked |= lost;
            overlapped = true;
        }
    }

    /**
     * Reads now.
     *
     * @throws TableException when the table cannot be read; the cache keeps what it had
     */
    public synchronized Result read() {
        boolean packets = unheard;
        boolean through = false;
        unheard = false;
        try {
            if (packets && !paused) {
                // Most likely they go on already: only a table that refused to has to be asked again.
                table.resumeEvents();
            }
            Result result = read(packets);
            through = true;
            return result;
        } finally {
            unheard |= packets && !through;
        }
    }

    private Result read(boolean unheardPackets) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int[] counts = new int[Reread.values().length];
            cache.beginReread(unheardPackets);
            // Counted after it: who counts none knows that what it owns from now on is not suspected.
            begun.incrementAndGet();
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

    private static void count(int[] counts, Reread found) {
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
