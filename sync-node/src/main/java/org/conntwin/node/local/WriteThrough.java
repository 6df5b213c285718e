package org.conntwin.node.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.conntwin.injector.EntryPreparation;
import org.conntwin.injector.Reduced;
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
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableException;
import org.jspecify.annotations.Nullable;

/**
 * Writes what peers own into the local table at once ({@code external-cache: false}), turn by turn.
 * The twins' marks are its queue. The entries stay the peers': their events are not replicated from here, and
 * one that the local table lets expire, for want of packets, is written again as long as its owner has it.
 *
 * <p>Where several nodes forward ({@code initial-role: multi}), a flow whose packets go through more than one becomes the own
 * one of each, and lives as long as one of them has it.
 */
public final class WriteThrough implements PeersEntries, AutoCloseable {
    private static final int BATCH = 256;
    private static final long IDLE_NANOS = 200_000_000L;
    private static final long TIMEOUTS_NANOS = 10_000_000_000L;

    private final ConntrackTable table;
    private final InternalCache internal;
    private final ExternalCache external;
    private final PeerStanding standing;
    private final Set<String> handedBack = new HashSet<>();
    private final boolean liberal;
    private final WireBuffer eventKey = new WireBuffer(256);
    private final ThroughWriter writer;
    private final LostPeers lost;
    private final WrittenLifetimes lifetimes = new WrittenLifetimes();
    /** What was drained of a twin and could not be written, by origin: before the rest, in the next turn. */
    private final Map<String, List<TableChange>> owed = new HashMap<>();

    private final Clock clock;
    private final Worker worker;
    private EntryPreparation preparation;
    private long preparedAt;

    /** Writes what {@code external} is told. */
    public WriteThrough(
            ConntrackTable table,
            InternalCache internal,
            ExternalCache external,
            PeerStanding standing,
            boolean liberal,
            Turns turns) {
        this.table = table;
        this.internal = internal;
        this.external = external;
        this.standing = standing;
        this.liberal = liberal;
        this.writer = new ThroughWriter(table);
        this.lost = new LostPeers(internal, standing);
        this.preparation = EntryPreparation.of(table, liberal);
        this.clock = turns.clock();
        this.preparedAt = clock.nanos();
        this.worker = turns.worker("write-through", this::turn);
    }

    /** What of a lost peer's this node owns from now on; once, before {@link #start}. */
    public void filter(ReplicationFilter replicated) {
        lost.filter(replicated);
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
            if (kind == EventKind.DESTROY) {
                forgetLost(eventKey);
            }
            Twin holder = holder(Kind.CONNTRACK, eventKey, null);
            if (holder != null && kind == EventKind.DESTROY) {
                // Also when an own flow ends that a peer still has: it was not written while it was owned.
                holder.markAgain(Kind.CONNTRACK, eventKey.array(), 0, eventKey.length());
                wake();
            }
            if (!owned && holder != null && kind == EventKind.UPDATE && standing.shares(holder.origin())) {
                // Packets of it go through here, too: from now on it is both nodes', and each tells what it sees.
                Conntrack base = record(holder, eventKey);
                internal.adopt(base == null ? entry : base);
                return false;
            }
            return !owned && holder != null;
        }
    }

    /** What ends here while a peer is lost has ended for it, too: its copy must not bring the flow back. */
    private void forgetLost(WireBuffer key) {
        for (Twin twin : external.twins()) {
            if (lost.away(twin)) {
                twin.forget(Kind.CONNTRACK, key.array(), 0, key.length());
            }
        }
    }

    private @Nullable Conntrack record(Twin twin, WireBuffer key) {
        WireBuffer copy = new WireBuffer(512);
        int length = twin.copy(Kind.CONNTRACK, key.array(), 0, key.length(), copy);
        return length < 0 ? null : entry(copy.array(), 0, length);
    }

    /** A twin that has the key, {@code except} for one; null when none has. */
    private @Nullable Twin holder(Kind kind, WireBuffer key, @Nullable Twin except) {
        for (Twin twin : external.twins()) {
            boolean other = !twin.equals(except) && !standing.bygone(twin.origin());
            if (other && twin.contains(kind, key.array(), 0, key.length())) {
                return twin;
            }
        }
        return null;
    }

    private long turn() {
        boolean moved = false;
        for (Twin twin : external.twins()) {
            boolean proven = standing.proven(twin.origin());
            boolean drained = !drain(twin);
            moved |= !drained;
            handBack(twin);
            if (drained) {
                lost.look(twin, proven);
            }
        }
        return moved ? 0 : IDLE_NANOS;
    }

    /**
     * What this node found in its table when it started looked like its own. Once the twin of a peer is complete, what
     * that peer owns is its again, but for what packets have touched here since.
     */
    private void handBack(Twin twin) {
        if (standing.proven(twin.origin()) && handedBack.add(twin.origin())) {
            internal.released(
                    Kind.CONNTRACK, (bytes, from, length) -> twin.containsRecord(Kind.CONNTRACK, bytes, from, length));
        }
    }

    private boolean drain(Twin twin) {
        refreshTimeouts();
        List<TableChange> told = owed.remove(twin.origin());
        boolean moved = told != null;
        if (told == null) {
            told = new ArrayList<>();
            moved = twin.drain(Kind.CONNTRACK, BATCH, entryChanges(told)) > 0;
            moved |= twin.drain(Kind.EXPECTATION, BATCH, expectationChanges(told)) > 0;
        }
        try {
            // Only now, without the twin's lock: who hears events takes the internal cache's lock before it.
            writer.write(permitted(told, twin), this::master);
        } catch (TableException unusable) {
            // The marks are gone, and the twin agrees with its origin: nobody would tell it again.
            owed.put(twin.origin(), told);
            throw unusable;
        }
        return moved;
    }

    private List<TableChange> permitted(List<TableChange> told, Twin twin) {
        boolean yields = standing.outranks(twin.origin());
        List<TableChange> permitted = new ArrayList<>(told.size());
        for (TableChange change : told) {
            switch (change) {
                case TableChange.Insert(var entry) -> insert(entry, twin, yields, permitted);
                case TableChange.Delete(var entry) -> delete(entry, twin, permitted);
                case TableChange.Unexpect(var expectation) -> {
                    WireBuffer key = new WireBuffer(256);
                    ExpectationCodec.encodeKey(expectation, key);
                    if (!lost.incomplete(twin) && !heldByAnother(Kind.EXPECTATION, key, twin)) {
                        permitted.add(change);
                    }
                }
                default -> permitted.add(change);
            }
        }
        return permitted;
    }

    private void delete(Conntrack entry, Twin twin, List<TableChange> permitted) {
        WireBuffer key = new WireBuffer(256);
        EntryCodec.encodeKey(entry, key);
        boolean ended = lost.ended(twin, entry);
        if ((ended || !internal.owns(entry)) && lifetimes.has(entry)) {
            Conntrack here = table.find(entry.original(), entry.zone());
            if (here != null && lifetimes.renewed(here, clock.nanos())) {
                lost.adopt(here); // packets of it go through here, though no event told so
                return;
            }
        }
        if (ended) {
            internal.disown(entry);
        }
        if (!internal.owns(entry) && !heldByAnother(Kind.CONNTRACK, key, twin)) {
            lifetimes.forget(entry);
            permitted.add(new TableChange.Delete(entry));
        }
    }

    private void insert(Conntrack entry, Twin twin, boolean yields, List<TableChange> permitted) {
        WireBuffer key = new WireBuffer(256);
        EntryCodec.encodeKey(entry, key);
        Twin other = holder(Kind.CONNTRACK, key, twin);
        int rank = other == null ? 1 : Long.compare(standing.claim(twin.origin()), standing.claim(other.origin()));
        if (rank < 0) {
            return; // the other's copy stands there, or will
        }
        boolean owned = internal.owns(entry);
        if (rank == 0 || standing.shares(twin.origin())) {
            merge(entry, owned, permitted);
        } else if (!owned || yields) {
            if (owned) {
                internal.disown(entry);
            }
            permitted.add(new TableChange.Insert(preparation.prepare(entry)));
        }
    }

    /** Of a flow whose packets several nodes see, whoever is further is right: the table itself is one of them. */
    private void merge(Conntrack told, boolean owned, List<TableChange> permitted) {
        Conntrack here = table.find(told.original(), told.zone());
        if (here == null) {
            permitted.add(new TableChange.Insert(prepared(told)));
        } else if (FlowMerge.reopened(here, told)) {
            internal.disown(told);
            permitted.add(new TableChange.Delete(here));
            permitted.add(new TableChange.Insert(prepared(told)));
        } else if (owned) {
            Conntrack merged = FlowMerge.merged(here, told);
            if (merged != null) {
                internal.event(EventKind.UPDATE, merged);
                permitted.add(new TableChange.Update(preparation.prepare(merged)));
            }
        } else {
            Conntrack merged = FlowMerge.merged(told, here);
            permitted.add(new TableChange.Update(prepared(merged == null ? told : merged)));
        }
    }

    private Conntrack prepared(Conntrack shared) {
        Conntrack prepared = preparation.prepare(shared);
        lifetimes.written(prepared, clock.nanos());
        return prepared;
    }

    /** A flow's master as a twin has it: it may be on its way behind the flow. */
    private @Nullable Conntrack master(Conntrack related) {
        ConntrackBuilder sought = ConntrackBuilder.from(related);
        sought.original = related.master();
        sought.reply = null;
        Conntrack key = sought.build();
        if (key == null) {
            return null;
        }
        WireBuffer bytes = new WireBuffer(256);
        EntryCodec.encodeKey(key, bytes);
        Twin twin = holder(Kind.CONNTRACK, bytes, null);
        Conntrack master = twin == null ? null : record(twin, bytes);
        return master == null ? null : preparation.prepare(Reduced.withoutMaster(master));
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

    private RecordVisitor entryChanges(List<TableChange> changes) {
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

    private RecordVisitor expectationChanges(List<TableChange> changes) {
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

    private @Nullable Conntrack entry(byte[] bytes, int from, int length) {
        try {
            return EntryCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            writer.failed("the record of the peer cannot be read");
            return null;
        }
    }

    private @Nullable Expectation expectation(byte[] bytes, int from, int length) {
        try {
            return ExpectationCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            writer.failed("the record of the peer cannot be read");
            return null;
        }
    }

    /** Changes written. */
    public long written() {
        return writer.written();
    }

    /** Changes refused, by cause. */
    public Map<String, Long> failures() {
        return writer.failures();
    }

    @Override
    public void close() {
        worker.close();
    }
}
