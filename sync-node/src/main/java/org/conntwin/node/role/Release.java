package org.conntwin.node.role;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordChoice;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turn;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.jspecify.annotations.Nullable;

/**
 * Gives up, some time after stepping down, what this node owned then and no packet has touched since: the new active node
 * has it. A backup does so, too, after its start and when a takeover passes it by, with what the active node is proven to
 * carry. Flows that end at this node itself stay; so does, in the table, what a peer has written through to here.
 */
public final class Release implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Release.class.getName());
    private static final int BATCH = 1024;
    private static final long ASK_AGAIN_NANOS = 1_000_000_000L;
    /** Events of packets that came before the step-down may come this long after it, to a node that was frozen. */
    private static final long SETTLE_NANOS = 5_000_000_000L;

    private final InternalCache internal;
    private final ExternalCache external;
    private final ConntrackTable table;
    private final Duration after;
    private final boolean keepsPeersEntries;
    private final Supplier<Set<Addresses.Parsed>> localAddresses;
    private final Clock clock;
    private final Worker worker;
    private boolean pending;
    private Successor successor = Successor.SOMEBODY;
    private @Nullable Successor next;
    private boolean marked;
    private boolean suspended;
    private long markDue;
    private long due;
    private boolean purging;
    private final LongAdder released = new LongAdder();
    private final LongAdder purged = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * Releases from the cache and purges the table.
     *
     * @param keepsPeersEntries whether peers' entries stand in the table at all times
     * @param localAddresses this machine's, asked at each release
     */
    public Release(
            InternalCache internal,
            ExternalCache external,
            ConntrackTable table,
            Duration after,
            boolean keepsPeersEntries,
            Supplier<Set<Addresses.Parsed>> localAddresses,
            Turns turns) {
        this.internal = internal;
        this.external = external;
        this.table = table;
        this.after = after;
        this.keepsPeersEntries = keepsPeersEntries;
        this.localAddresses = localAddresses;
        this.clock = turns.clock();
        this.worker = turns.worker("release", this::turn);
        worker.start();
    }

    /** Schedules it, from what is owned in a moment; one that is pending begins anew. The time until then. */
    synchronized Duration schedule() {
        return schedule(Successor.SOMEBODY);
    }

    /** Schedules it for what a successor carries, once that is known; after the one that is pending. */
    synchronized void scheduleNext(Successor heir) {
        if (pending) {
            next = heir;
        } else {
            schedule(heir);
        }
    }

    private Duration schedule(Successor heir) {
        cancel();
        successor = heir;
        pending = true;
        marked = false;
        markDue = clock.nanos() + Math.min(SETTLE_NANOS, after.toNanos() / 2);
        due = clock.nanos() + after.toNanos();
        worker.wake();
        return after;
    }

    /** Events are left out: nothing is given up until {@link #resume}. */
    synchronized void suspend() {
        suspended = true;
    }

    /** They go on; what packets did meanwhile is known in a moment. */
    synchronized void resume() {
        suspended = false;
        long known = clock.nanos() + SETTLE_NANOS;
        due = known - due > 0 ? known : due;
        worker.wake();
    }

    /** Calls off a pending one. */
    synchronized void cancel() {
        purging = false;
        pending = false;
        next = null;
        internal.endRelease();
    }

    private long turn() {
        RecordChoice carried;
        synchronized (this) {
            if (!pending) {
                return Turn.UNTIL_WOKEN;
            }
            if (suspended) {
                return ASK_AGAIN_NANOS;
            }
            long now = clock.nanos();
            if (!marked) {
                if (now - markDue < 0) {
                    return markDue - now;
                }
                marked = true;
                internal.beginRelease();
            }
            if (now - due < 0) {
                return due - now;
            }
            carried = successor.carries();
            if (carried.equals(Successor.NOTHING)) {
                return ASK_AGAIN_NANOS;
            }
            pending = false;
            purging = true;
        }
        release(carried);
        synchronized (this) {
            Successor heir = next;
            if (heir != null && !pending) {
                schedule(heir);
            }
        }
        return 0;
    }

    private void release(RecordChoice carried) {
        Set<Addresses.Parsed> local = localAddresses.get();
        List<Conntrack> taken = new ArrayList<>();
        RecordChoice choice = (bytes, from, length) -> {
            Conntrack entry = decode(bytes, from, length);
            if (entry == null || endsHere(entry.original(), local) || !carried.takes(bytes, from, length)) {
                return false;
            }
            taken.add(entry);
            return true;
        };
        int count = internal.released(Kind.CONNTRACK, choice)
                + internal.released(Kind.EXPECTATION, (bytes, from, length) -> true);
        internal.endRelease();
        released.add(count);
        purge(taken);
        if (count > 0) {
            LOG.log(System.Logger.Level.INFO, "released {0} records that another node carries", count);
        }
    }

    private void purge(List<Conntrack> entries) {
        for (int from = 0; from < entries.size(); from += BATCH) {
            if (!purge(entries.subList(from, Math.min(entries.size(), from + BATCH)), new ArrayList<>(BATCH))) {
                return;
            }
        }
    }

    /**
     * One batch, unless the release was called off: who calls it off waits for the batch under way. Deletions are
     * heard, so that a re-reading that goes on meanwhile learns of them.
     */
    private synchronized boolean purge(List<Conntrack> entries, List<TableChange> changes) {
        if (!purging) {
            return false;
        }
        for (Conntrack entry : entries) {
            boolean again = internal.owns(entry);
            if (!again && !(keepsPeersEntries && handedBack(entry))) {
                changes.add(new TableChange.Delete(entry));
            }
        }
        kept.add((long) entries.size() - changes.size());
        for (Outcome outcome : table.apply(changes, Echo.HEARD)) {
            (outcome == Outcome.DONE || outcome == Outcome.ABSENT ? purged : failed).increment();
        }
        return true;
    }

    /** Whether a peer owns the entry; if so, its copy is written once more over what is there. */
    private boolean handedBack(Conntrack entry) {
        WireBuffer key = new WireBuffer(256);
        EntryCodec.encodeKey(entry, key);
        for (Twin twin : external.twins()) {
            if (twin.contains(Kind.CONNTRACK, key.array(), 0, key.length())) {
                twin.markAgain(Kind.CONNTRACK, key.array(), 0, key.length());
                return true;
            }
        }
        return false;
    }

    /**
     * What became of own records after step-downs since the start: {@code released} to another node; of those entries
     * {@code purged} from the table, {@code kept} as a packet or a peer has them there, {@code failed} to go.
     */
    Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("released", released.sum());
        all.put("purged", purged.sum());
        all.put("kept", kept.sum());
        all.put("failed", failed.sum());
        return all;
    }

    private static @Nullable Conntrack decode(byte[] bytes, int from, int length) {
        try {
            return EntryCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            return null;
        }
    }

    private static boolean endsHere(Tuple tuple, Set<Addresses.Parsed> local) {
        return local.contains(new Addresses.Parsed(tuple.family(), tuple.sourceHigh(), tuple.sourceLow()))
                || local.contains(
                        new Addresses.Parsed(tuple.family(), tuple.destinationHigh(), tuple.destinationLow()));
    }

    @Override
    public void close() {
        worker.close();
    }
}
