package org.conntwin.node.local;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.conntwin.injector.EntryPreparation;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.node.time.Worker;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.ExpectationCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.jspecify.annotations.Nullable;

/**
 * Writes what peers own into the local table at once ({@code external-cache: false}), turn by turn.
 * The twins' marks are its queue. The entries stay the peers': their events are not replicated from here, and
 * one that the local table lets expire, for want of packets, is written again as long as its owner has it.
 */
public final class WriteThrough implements PeersEntries, AutoCloseable {
    private static final int BATCH = 256;
    private static final long IDLE_NANOS = 200_000_000L;
    private static final long TIMEOUTS_NANOS = 10_000_000_000L;

    private final ConntrackTable table;
    private final InternalCache internal;
    private final ExternalCache external;
    private final Predicate<String> outranks;
    private final Predicate<String> bygone;
    private final Predicate<String> proven;
    private final Set<String> handedBack = new HashSet<>();
    private final boolean liberal;
    private final WireBuffer eventKey = new WireBuffer(256);
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final Clock clock;
    private final Worker worker;
    private EntryPreparation preparation;
    private long preparedAt;

    /**
     * Writes what {@code external} is told.
     *
     * @param outranks whether a peer's claim beats this node's: then its copy replaces an own one
     * @param bygone whether this node took over from a peer: then packets here speak for the flows, not its copies
     * @param proven whether the twin of a peer is known to be complete
     */
    public WriteThrough(
            ConntrackTable table,
            InternalCache internal,
            ExternalCache external,
            Predicate<String> outranks,
            Predicate<String> bygone,
            Predicate<String> proven,
            boolean liberal,
            Turns turns) {
        this.table = table;
        this.internal = internal;
        this.external = external;
        this.outranks = outranks;
        this.bygone = bygone;
        this.proven = proven;
        this.liberal = liberal;
        this.preparation = EntryPreparation.of(table, liberal);
        this.clock = turns.clock();
        this.preparedAt = clock.nanos();
        this.worker = turns.worker("write-through", this::turn);
    }

    /** Begins to write. */
    public void start() {
        worker.start();
    }

    /** Something may be there to write. Cheap; from any thread. */
    public void wake() {
        worker.wake();
    }

    @Override
    public boolean claims(EventKind kind, Conntrack entry) {
        boolean owned = internal.owns(entry);
        if (owned && kind != EventKind.DESTROY) {
            return false;
        }
        synchronized (eventKey) {
            eventKey.reset();
            EntryCodec.encodeKey(entry, eventKey);
            Twin holder = holder(Kind.CONNTRACK, eventKey, null);
            if (holder != null && kind == EventKind.DESTROY) {
                // Also when an own flow ends that a peer still has: it was not written while it was owned.
                holder.markAgain(Kind.CONNTRACK, eventKey.array(), 0, eventKey.length());
                wake();
            }
            return !owned && holder != null;
        }
    }

    /** A twin that has the key, {@code except} for one; null when none has. */
    private @Nullable Twin holder(Kind kind, WireBuffer key, @Nullable Twin except) {
        for (Twin twin : external.twins()) {
            boolean other = !twin.equals(except) && !bygone.test(twin.origin());
            if (other && twin.contains(kind, key.array(), 0, key.length())) {
                return twin;
            }
        }
        return null;
    }

    private long turn() {
        boolean moved = false;
        for (Twin twin : external.twins()) {
            moved |= drain(twin);
            handBack(twin);
        }
        return moved ? 0 : IDLE_NANOS;
    }

    /**
     * What this node found in its table when it started looked like its own. Once the twin of a peer is complete, what
     * that peer owns is its again, but for what packets have touched here since.
     */
    private void handBack(Twin twin) {
        if (proven.test(twin.origin()) && handedBack.add(twin.origin())) {
            internal.released(
                    Kind.CONNTRACK, (bytes, from, length) -> twin.containsRecord(Kind.CONNTRACK, bytes, from, length));
        }
    }

    private boolean drain(Twin twin) {
        refreshTimeouts();
        List<TableChange> told = new ArrayList<>();
        boolean entriesMoved = twin.drain(Kind.CONNTRACK, BATCH, entryChanges(told)) > 0;
        boolean expectationsMoved = twin.drain(Kind.EXPECTATION, BATCH, expectationChanges(told)) > 0;
        // Only now, without the twin's lock: who hears events takes the internal cache's lock before it.
        write(permitted(told, twin));
        return entriesMoved || expectationsMoved;
    }

    private List<TableChange> permitted(List<TableChange> told, Twin twin) {
        boolean yields = outranks.test(twin.origin());
        List<TableChange> permitted = new ArrayList<>(told.size());
        for (TableChange change : told) {
            switch (change) {
                case TableChange.Insert(var entry) -> {
                    if (mayWrite(entry, yields)) {
                        permitted.add(new TableChange.Insert(preparation.prepare(entry)));
                    }
                }
                case TableChange.Delete(var entry) -> {
                    WireBuffer key = new WireBuffer(256);
                    EntryCodec.encodeKey(entry, key);
                    if (!internal.owns(entry) && !heldByAnother(Kind.CONNTRACK, key, twin)) {
                        permitted.add(change);
                    }
                }
                case TableChange.Unexpect(var expectation) -> {
                    WireBuffer key = new WireBuffer(256);
                    ExpectationCodec.encodeKey(expectation, key);
                    if (!heldByAnother(Kind.EXPECTATION, key, twin)) {
                        permitted.add(change);
                    }
                }
                default -> permitted.add(change);
            }
        }
        return permitted;
    }

    /** What one peer lets go may be another's by now: then that one's copy is written instead. */
    private boolean heldByAnother(Kind kind, WireBuffer key, Twin twin) {
        Twin other = holder(kind, key, twin);
        if (other != null) {
            other.markAgain(kind, key.array(), 0, key.length());
        }
        return other != null;
    }

    private void refreshTimeouts() {
        long now = clock.nanos();
        if (now - preparedAt > TIMEOUTS_NANOS) {
            preparedAt = now;
            preparation = EntryPreparation.of(table, liberal);
        }
    }

    private static RecordVisitor entryChanges(List<TableChange> changes) {
        return new RecordVisitor() {
            @Override
            public void record(byte[] bytes, int from, int length, int since) {
                Conntrack entry = entry(bytes, from, length);
                if (entry != null) {
                    changes.add(new TableChange.Insert(entry));
                }
            }

            @Override
            public void removed(byte[] bytes, int from, int length) {
                // A key alone, read as a record that has nothing else.
                WireBuffer record = new WireBuffer(256);
                record.key(bytes, from, length);
                Conntrack entry = entry(record.array(), 0, record.length());
                if (entry != null) {
                    changes.add(new TableChange.Delete(entry));
                }
            }
        };
    }

    private boolean mayWrite(Conntrack entry, boolean yields) {
        if (!internal.owns(entry)) {
            return true;
        }
        if (yields) {
            internal.disown(entry);
        }
        return yields;
    }

    private static RecordVisitor expectationChanges(List<TableChange> changes) {
        return new RecordVisitor() {
            @Override
            public void record(byte[] bytes, int from, int length, int since) {
                Expectation expectation = expectation(bytes, from, length);
                if (expectation != null) {
                    changes.add(new TableChange.Expect(expectation));
                    changes.add(new TableChange.ExpectTimeout(expectation));
                }
            }

            @Override
            public void removed(byte[] bytes, int from, int length) {
                WireBuffer record = new WireBuffer(256);
                record.key(bytes, from, length);
                Expectation expectation = expectation(record.array(), 0, record.length());
                if (expectation != null) {
                    changes.add(new TableChange.Unexpect(expectation));
                }
            }
        };
    }

    private static @Nullable Conntrack entry(byte[] bytes, int from, int length) {
        try {
            return EntryCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            return null;
        }
    }

    private static @Nullable Expectation expectation(byte[] bytes, int from, int length) {
        try {
            return ExpectationCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            return null;
        }
    }

    private void write(List<TableChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        // Deletions are heard, so that a re-reading that goes on meanwhile learns of them.
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        List<TableChange> run = new ArrayList<>();
        for (TableChange change : changes) {
            if (!run.isEmpty() && removes(change) != removes(run.getFirst())) {
                outcomes.addAll(table.apply(run, echo(run)));
                run.clear();
            }
            run.add(change);
        }
        outcomes.addAll(table.apply(run, echo(run)));
        List<TableChange> again = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            TableChange change = changes.get(i);
            Outcome outcome = outcomes.get(i);
            if (change instanceof TableChange.Insert(var entry) && outcome == Outcome.EXISTS) {
                again.add(new TableChange.Update(entry));
            } else if (change instanceof TableChange.Insert(var entry) && outcome == Outcome.MASTER_MISSING) {
                ConntrackBuilder alone = ConntrackBuilder.from(entry);
                alone.master = null;
                Conntrack built = alone.build();
                again.add(new TableChange.Insert(built == null ? entry : built));
            } else {
                count(change, outcome);
            }
        }
        if (!again.isEmpty()) {
            List<Outcome> last = table.apply(again, Echo.SILENT);
            for (int i = 0; i < again.size(); i++) {
                count(again.get(i), last.get(i));
            }
        }
    }

    private static boolean removes(TableChange change) {
        return change instanceof TableChange.Delete || change instanceof TableChange.Unexpect;
    }

    private static Echo echo(List<TableChange> run) {
        return removes(run.getFirst()) ? Echo.HEARD : Echo.SILENT;
    }

    private void count(TableChange change, Outcome outcome) {
        boolean gone = outcome == Outcome.ABSENT && removes(change);
        boolean known = outcome == Outcome.EXISTS && change instanceof TableChange.Expect;
        if (outcome == Outcome.DONE || gone || known) {
            written.increment();
        } else {
            failures.computeIfAbsent(outcome.meaning(), any -> new LongAdder()).increment();
        }
    }

    /** Changes written. */
    public long written() {
        return written.sum();
    }

    /** Changes refused, by cause. */
    public Map<String, LongAdder> failures() {
        return Map.copyOf(failures);
    }

    @Override
    public void close() {
        worker.close();
    }
}
