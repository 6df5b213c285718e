package org.conntwin.node.cache;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.ExpectationCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.proto.WireRecord;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.jspecify.annotations.Nullable;

/**
 * What this node owns: the flows that its table learned from traffic, and those it committed. Every change
 * marks its record for the sender. Thread-safe by one lock, which {@link #lock} lends for a batch.
 */
public final class InternalCache {
    private final ReentrantLock lock = new ReentrantLock();
    private final RecordStore conntracks = new RecordStore(Kind.CONNTRACK);
    private final RecordStore expectations = new RecordStore(Kind.EXPECTATION);
    private final RecordKey key = new RecordKey();
    private final WireBuffer record = new WireBuffer(512);
    private final WireBuffer known = new WireBuffer(512);
    private final Clock clock;
    private final int limit;
    private final CacheCounters counters = new CacheCounters();
    private final DestroyedKeys destroyed = new DestroyedKeys();
    private final Refusals refusals = new Refusals();
    private boolean releasing;
    private boolean unheard;

    /**
     * An empty cache.
     *
     * @param limit most records of each kind; more are refused and counted
     */
    public InternalCache(Clock clock, int limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** Takes the lock, so that several calls are one for everybody else. */
    public void lock() {
        lock.lock();
    }

    /** Gives it back. */
    public void unlock() {
        lock.unlock();
    }

    /** What the cache counted. */
    public CacheCounters counters() {
        return counters;
    }

    private void changed(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private RecordStore store(Kind kind) {
        return kind == Kind.CONNTRACK ? conntracks : expectations;
    }

    /** An event of the table. */
    public void event(EventKind kind, Conntrack entry) {
        lock.lock();
        try {
            key.of(entry);
            if (kind == EventKind.DESTROY) {
                gone(conntracks);
                return;
            }
            // An event says only what changed; a NEW of a known key replaces a flow whose end was missed.
            Conntrack whole = kind == EventKind.UPDATE ? WholeEntry.updated(known(), entry) : entry;
            if (whole != null) {
                put(whole);
            }
        } finally {
            lock.unlock();
        }
    }

    /** An event of the table that this node does not replicate: what was known of it goes. */
    public void filtered(Conntrack entry) {
        changed(() -> {
            counters.filtered.increment();
            key.of(entry);
            gone(conntracks);
        });
    }

    /** An expectation's event. */
    public void event(EventKind kind, Expectation expectation) {
        changed(() -> {
            key.of(expectation);
            if (kind == EventKind.DESTROY) {
                gone(expectations);
            } else {
                put(expectation);
            }
        });
    }

    private void gone(RecordStore store) {
        destroyed.destroyed(key.hash);
        if (store.remove(key, true)) {
            counters.destroyed.increment();
        }
    }

    /** The owned entry with the present key; null when there is none. */
    private @Nullable Conntrack known() {
        int length = conntracks.copy(key, known);
        if (length < 0) {
            return null;
        }
        try {
            return EntryCodec.decode(known.array(), 0, length);
        } catch (MalformedWireException impossible) {
            throw new IllegalStateException("an own record cannot be read", impossible);
        }
    }

    private void put(Conntrack entry) {
        record.reset();
        EntryCodec.encode(entry, record);
        store(conntracks);
    }

    private void put(Expectation expectation) {
        record.reset();
        ExpectationCodec.encode(expectation, record);
        store(expectations);
    }

    private void store(RecordStore store) {
        boolean full = store.live() >= limit && !store.contains(key);
        if (full || record.length() > WireRecord.MAX_BYTES) {
            refusals.refused(record.length() <= WireRecord.MAX_BYTES, counters);
            return;
        }
        destroyed.made(key.hash);
        boolean made = store.put(key, record.array(), 0, record.length(), clock.seconds(), true);
        (made ? counters.created : counters.updated).increment();
    }

    /** What of an owned entry moves without an event, as the table has it now; one that is not owned is left out. */
    public void refresh(Conntrack entry) {
        changed(() -> {
            key.of(entry);
            Conntrack owned = known();
            if (owned != null) {
                put(WholeEntry.refreshed(owned, entry));
            }
        });
    }

    /** Whether the entry is owned. */
    public boolean owns(Conntrack entry) {
        return locked(() -> {
            key.of(entry);
            return conntracks.contains(key);
        });
    }

    /** Makes the entry this node's own, as it is. */
    public void adopt(Conntrack entry) {
        event(EventKind.NEW, entry);
    }

    /** Makes an entry that is not owned this node's own, remembered as if {@link #beginRelease} had found it; whether it did. */
    public boolean adoptUntouched(Conntrack entry) {
        return locked(() -> {
            if (owns(entry)) {
                return false;
            }
            adopt(entry);
            conntracks.release(key);
            return conntracks.contains(key);
        });
    }

    /** Whether the entry is owned and remembered by {@link #beginRelease}, and no event has touched it since. */
    public boolean untouched(Conntrack entry) {
        return locked(() -> owns(entry) && conntracks.released(key));
    }

    /** Makes the expectation this node's own. */
    public void adopt(Expectation expectation) {
        event(EventKind.NEW, expectation);
    }

    /** Owns the entry no longer. */
    public void disown(Conntrack entry) {
        event(EventKind.DESTROY, entry);
    }

    /** Owns the expectation no longer. */
    public void disown(Expectation expectation) {
        event(EventKind.DESTROY, expectation);
    }

    /**
     * A re-reading of the table begins: what is neither read nor heard of until its end is gone.
     *
     * @param unheardPackets whether what it finds was made or changed by packets while events were left out on purpose; of
     *     events that were lost nobody knows which they were
     */
    public void beginReread(boolean unheardPackets) {
        changed(() -> {
            unheard = unheardPackets;
            destroyed.begin();
            refusals.begin();
            conntracks.suspectAll();
            expectations.suspectAll();
        });
    }

    /** An entry that the table has. What an event told since the re-reading began is newer and stays. */
    public Reread reread(Conntrack entry) {
        lock.lock();
        try {
            key.of(entry);
            record.reset();
            EntryCodec.encode(WholeEntry.isOffloaded(entry) ? WholeEntry.offloaded(known(), entry) : entry, record);
            return reread(conntracks);
        } finally {
            lock.unlock();
        }
    }

    /** An expectation that the table has. */
    public Reread reread(Expectation expectation) {
        lock.lock();
        try {
            key.of(expectation);
            record.reset();
            ExpectationCodec.encode(expectation, record);
            return reread(expectations);
        } finally {
            lock.unlock();
        }
    }

    private Reread reread(RecordStore store) {
        if (destroyed.has(key.hash)) {
            return Reread.SAME;
        }
        boolean there = store.contains(key);
        if (there && (!store.suspected(key) || store.confirm(key, record))) {
            return Reread.SAME;
        }
        // Only packets that are known of speak for a flow that is to be given up.
        boolean releases = !unheard && (there ? store.released(key) : releasing);
        store(store);
        if (releases) {
            store.release(key);
        }
        return there ? Reread.UPDATED : Reread.ADDED;
    }

    /**
     * Remembers all records as of now, and those that re-readings add until {@link #endRelease}, until an event touches
     * them; {@link #released} tells which are left.
     */
    public void beginRelease() {
        changed(() -> {
            releasing = true;
            conntracks.releaseAll();
            expectations.releaseAll();
        });
    }

    /** Nothing is to be given up any more: what re-readings add from now on stays. */
    public void endRelease() {
        changed(() -> releasing = false);
    }

    /** Owns no longer what was remembered by {@link #beginRelease} and passes {@code choice}; how many. */
    public int released(Kind kind, RecordChoice choice) {
        return locked(() -> store(kind).buryReleased(choice));
    }

    /** The re-reading is complete. How many records went; -1 when too much was destroyed meanwhile to tell: read again. */
    public int endReread() {
        return locked(() -> {
            if (!destroyed.end()) {
                return -1;
            }
            refusals.end();
            int gone = conntracks.buryAllSuspects() + expectations.buryAllSuspects();
            counters.destroyed.add(gone);
            return gone;
        });
    }

    /** Whether it lacks entries for want of room, as far as the last re-reading and events since tell. */
    public boolean lacking() {
        return refusals.any();
    }

    /** Whether a re-reading of a table with so many entries would find room for what it lacks. */
    public boolean roomAgain(LongSupplier inTable) {
        return lacking() && (size(Kind.CONNTRACK) <= limit - (limit + 15) / 16 || inTable.getAsLong() <= limit);
    }

    /** Gives up a re-reading that failed: nothing is removed. */
    public void abandonReread() {
        changed(() -> destroyed.end());
    }

    /** Empties the cache of one kind; the peers hear of it. How many records went. */
    public int flush(Kind kind) {
        return locked(() -> store(kind).buryAll());
    }

    /** Takes what is there as announced: peers find out by digest what they lack. */
    public void settleAll() {
        changed(() -> {
            conntracks.drainAll(true, RecordStore.NOBODY);
            expectations.drainAll(true, RecordStore.NOBODY);
        });
    }

    /** Takes the mark that waited longest and announces it; false when there is none. Under {@link #lock}. */
    public boolean drainOne(Kind kind, RecordVisitor visitor) {
        return store(kind).drainOne(true, visitor);
    }

    /** Announces all of a bucket. Under {@link #lock}. */
    public void announceBucket(Kind kind, int bucket, RecordVisitor visitor) {
        store(kind).announceBucket(bucket, visitor);
    }

    /** Hashes of what is announced of a bucket. Under {@link #lock}. */
    public void bucketHashes(Kind kind, int bucket, HashVisitor visitor) {
        store(kind).bucketHashes(bucket, visitor);
    }

    /** Digests of what is announced, by bucket; read under {@link #lock}, never written. */
    public long[] digests(Kind kind) {
        return store(kind).digests();
    }

    /** Sum of the digests. Under {@link #lock}. */
    public long sum(Kind kind) {
        return store(kind).sum();
    }

    /** Records that the digests count. Under {@link #lock}. */
    public int announced(Kind kind) {
        return store(kind).settled();
    }

    /** Marks that wait, of both kinds. */
    public int unsent() {
        return locked(() -> conntracks.dirty() + expectations.dirty());
    }

    /** Records of the kind. */
    public int size(Kind kind) {
        return locked(() -> store(kind).live());
    }

    /** Memory that the records take, in bytes. */
    public long memoryBytes() {
        return locked(() -> conntracks.memoryBytes() + expectations.memoryBytes());
    }

    /** Visits the records of a bucket under the lock. */
    public void bucket(Kind kind, int bucket, RecordVisitor visitor) {
        changed(() -> store(kind).bucket(bucket, visitor));
    }
}
