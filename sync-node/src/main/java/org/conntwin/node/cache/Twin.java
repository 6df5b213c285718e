package org.conntwin.node.cache;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.proto.WireRecord;

/**
 * What one peer owns, as told by it. Thread-safe by one lock, which {@link #lock} lends for a piece of the
 * peer's stream.
 */
public final class Twin {
    private final String origin;
    private final ReentrantLock lock = new ReentrantLock();
    private final RecordStore conntracks = new RecordStore(Kind.CONNTRACK);
    private final RecordStore expectations = new RecordStore(Kind.EXPECTATION);
    private final RecordKey key = new RecordKey();
    private final Clock clock;
    private final Room room;
    private final boolean marking;
    private final CacheCounters counters;
    private final Set<Kind> lacking = EnumSet.noneOf(Kind.class);

    /**
     * An empty twin.
     *
     * @param room where each record takes a place, shared with the other twins
     * @param marking whether changes are marked for someone who drains them
     */
    Twin(String origin, Clock clock, Room room, boolean marking, CacheCounters counters) {
        this.origin = origin;
        this.clock = clock;
        this.room = room;
        this.marking = marking;
        this.counters = counters;
    }

    /** The peer's name. */
    public String origin() {
        return origin;
    }

    /** Takes the lock. */
    public void lock() {
        lock.lock();
    }

    /** Gives it back. */
    public void unlock() {
        lock.unlock();
    }

    private RecordStore store(Kind kind) {
        return kind == Kind.CONNTRACK ? conntracks : expectations;
    }

    /** Applies a record. Under {@link #lock}. */
    public void put(Kind kind, byte[] bytes, int from, int length) throws MalformedWireException {
        if (length > WireRecord.MAX_BYTES) {
            throw new MalformedWireException("a record of " + length + " bytes");
        }
        RecordStore store = store(kind);
        key.ofRecord(bytes, from, length);
        if (!store.contains(key) && !room.take()) {
            counters.refused.increment();
            lacking.add(kind);
            return;
        }
        boolean made = store.put(key, bytes, from, length, clock.seconds(), marking);
        store.settle(key);
        (made ? counters.created : counters.updated).increment();
    }

    /** Whether so many records of its origin, of both kinds together, have room beside those of the others. */
    public boolean hasRoomFor(long records) {
        lock.lock();
        try {
            return records <= (long) conntracks.live() + expectations.live() + room.free();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it lacks what it had no room for: then it is no twin. */
    boolean lacking() {
        lock.lock();
        try {
            return !lacking.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the record with the key. Under {@link #lock}. */
    public void remove(Kind kind, byte[] bytes, int from, int length) {
        if (store(kind).drop(key.of(bytes, from, length), marking)) {
            counters.destroyed.increment();
            room.give(1);
        }
    }

    /**
     * Forgets the record with the key, and whoever drains does not hear of it. The digests differ from then on, so that a peer
     * who still has it tells it again.
     */
    public void forget(Kind kind, byte[] bytes, int from, int length) {
        lock.lock();
        try {
            if (store(kind).drop(key.of(bytes, from, length), false)) {
                counters.destroyed.increment();
                room.give(1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** All records of the bucket are named until {@link #endBucket}. Under {@link #lock}. */
    public void beginBucket(Kind kind, int bucket) {
        store(kind).suspectBucket(bucket);
    }

    /** What was not named is gone. Under {@link #lock}. */
    public void endBucket(Kind kind, int bucket) {
        int gone = store(kind).dropSuspects(bucket, marking);
        counters.destroyed.add(gone);
        room.give(gone);
    }

    /** The buckets of a run whose digests differ from {@code digests}. Under {@link #lock}. */
    public BitSet differing(Kind kind, int first, long[] digests) {
        long[] own = store(kind).digests();
        BitSet differing = new BitSet();
        for (int i = 0; i < digests.length; i++) {
            if (own[first + i] != digests[i]) {
                differing.set(first + i);
            }
        }
        return differing;
    }

    /** Whether the sum of the digests and the number of records are these. Under {@link #lock}. */
    public boolean agrees(Kind kind, long sum, int records) {
        RecordStore store = store(kind);
        boolean agrees = store.sum() == sum && store.settled() == records;
        if (agrees) {
            lacking.remove(kind);
        }
        return agrees;
    }

    /** Hashes of the records of a bucket. Under {@link #lock}. */
    public void bucketHashes(Kind kind, int bucket, HashVisitor visitor) {
        store(kind).bucketHashes(bucket, visitor);
    }

    /** Visits the records of a bucket. */
    public void bucket(Kind kind, int bucket, RecordVisitor visitor) {
        lock.lock();
        try {
            store(kind).bucket(bucket, visitor);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the key, as {@link org.conntwin.proto.EntryCodec#encodeKey} writes it, is of an entry of this peer. */
    public boolean contains(Kind kind, byte[] bytes, int from, int length) {
        lock.lock();
        try {
            return store(kind).contains(key.of(bytes, from, length));
        } finally {
            lock.unlock();
        }
    }

    /** Copies the record with the key into {@code into}, growing it; its length, or -1 when there is none. */
    public int copy(Kind kind, byte[] bytes, int from, int length, WireBuffer into) {
        lock.lock();
        try {
            return store(kind).copy(key.of(bytes, from, length), into);
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a record with the key of this one. */
    public boolean containsRecord(Kind kind, byte[] bytes, int from, int length) {
        lock.lock();
        try {
            return store(kind).contains(key.ofRecord(bytes, from, length));
        } catch (MalformedWireException unreadable) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Records of the kind. */
    public int size(Kind kind) {
        lock.lock();
        try {
            return store(kind).live();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all of the kind; how many. Whoever drains sees them go. */
    public int flush(Kind kind) {
        lock.lock();
        try {
            RecordStore store = store(kind);
            int records = store.live();
            lacking.remove(kind);
            for (int bucket = 0; bucket < kind.buckets(); bucket++) {
                store.suspectBucket(bucket);
                store.dropSuspects(bucket, marking);
            }
            room.give(records - store.live());
            return records;
        } finally {
            lock.unlock();
        }
    }

    /** Marks the record with the key again, for whoever drains. */
    public void markAgain(Kind kind, byte[] bytes, int from, int length) {
        lock.lock();
        try {
            store(kind).markAgain(key.of(bytes, from, length));
        } finally {
            lock.unlock();
        }
    }

    /** Takes up to {@code most} marks; how many it took. */
    public int drain(Kind kind, int most, RecordVisitor visitor) {
        lock.lock();
        try {
            int taken = 0;
            while (taken < most && store(kind).drainOne(false, visitor)) {
                taken++;
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Memory that the records take, in bytes. */
    public long memoryBytes() {
        lock.lock();
        try {
            return conntracks.memoryBytes() + expectations.memoryBytes();
        } finally {
            lock.unlock();
        }
    }
}
