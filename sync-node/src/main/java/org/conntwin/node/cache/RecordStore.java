package org.conntwin.node.cache;

import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.conntwin.proto.Kind;
import org.conntwin.proto.WireBuffer;

/**
 * Records of one kind and one owner by key, with a digest for each bucket and marks on what changed.
 *
 * <p>A digest is the sum of the content hashes that were <em>settled</em>: an origin settles a record when it
 * announces it, a receiver when it applies it, so both sums agree at every point of the stream. Not
 * thread-safe: the cache that owns it locks.
 */
final class RecordStore {
    /** Gone, but its end is still to be told. */
    private static final int TOMBSTONE = 4;
    /** To be removed unless it is put again. */
    private static final int SUSPECT = 8;
    /** Remembered to be given up unless it is put again. */
    private static final int RELEASED = 16;

    private final Kind kind;
    private final RecordIndex index;
    private final BucketDigests digests;
    private final DirtyQueue dirty = new DirtyQueue();
    private int live;

    RecordStore(Kind kind) {
        this.kind = kind;
        this.index = new RecordIndex(kind.buckets());
        this.digests = new BucketDigests(kind.buckets());
    }

    Kind kind() {
        return kind;
    }

    int live() {
        return live;
    }

    /** Records that the digests count. */
    int settled() {
        return digests.records();
    }

    int dirty() {
        return dirty.size();
    }

    long sum() {
        return digests.sum();
    }

    long[] digests() {
        return digests.digests();
    }

    long memoryBytes() {
        return index.memoryBytes() + digests.memoryBytes();
    }

    private boolean isLive(int at) {
        return at != 0 && !index.has(at, TOMBSTONE);
    }

    boolean contains(RecordKey key) {
        return isLive(index.find(key));
    }

    /** Copies the record with the key into {@code into}, growing it; its length, or -1 when there is none. */
    int copy(RecordKey key, WireBuffer into) {
        int at = index.find(key);
        if (!isLive(at)) {
            return -1;
        }
        into.reset();
        index.copy(at, into);
        return into.length();
    }

    /** Puts the record; true when it was not there. {@code now} is the second at which it is made. */
    boolean put(RecordKey key, byte[] bytes, int from, int length, int now, boolean mark) {
        int at = index.find(key);
        boolean made = !isLive(at);
        if (at == 0) {
            at = index.insert(key, length, now);
            index.fill(at, bytes, from, length);
        } else {
            at = index.write(at, bytes, from, length);
            index.unset(at, TOMBSTONE | SUSPECT | RELEASED);
        }
        if (made) {
            index.since(at, now);
            live++;
        }
        if (mark) {
            mark(at);
        }
        return made;
    }

    private void mark(int at) {
        if (!index.has(at, RecordIndex.QUEUED)) {
            index.set(at, RecordIndex.QUEUED);
            dirty.add(at);
        }
    }

    /** Makes the digest follow what the record holds now; true when that changed. */
    private boolean settle(int at) {
        return settleTo(at, index.has(at, TOMBSTONE) ? 0 : index.contentHash(at));
    }

    private boolean settleTo(int at, long hash) {
        long before = index.settledHash(at);
        if (hash == before) {
            return false;
        }
        digests.change(index.bucket(at), before, hash);
        index.settledHash(at, hash);
        return true;
    }

    /** Settles the record with the key. */
    void settle(RecordKey key) {
        int at = index.find(key);
        if (at != 0) {
            settle(at);
        }
    }

    private void remove(int at) {
        settleTo(at, 0);
        if (!index.has(at, TOMBSTONE)) {
            live--;
        }
        index.remove(at);
    }

    private void entomb(int at) {
        index.set(at, TOMBSTONE);
        live--;
        mark(at);
    }

    /**
     * Removes the record with the key. One that was settled leaves a marked tombstone until it is drained
     * when {@code tombstone} is set; true when there was a record.
     */
    boolean remove(RecordKey key, boolean tombstone) {
        int at = index.find(key);
        if (!isLive(at)) {
            return false;
        }
        bury(at, tombstone);
        return true;
    }

    private void bury(int at, boolean tombstone) {
        if (tombstone && index.settledHash(at) != 0) {
            entomb(at);
        } else {
            remove(at);
        }
    }

    /** Receiver's removal: the digest follows at once; a tombstone only serves whoever drains the marks. */
    boolean drop(RecordKey key, boolean tombstone) {
        int at = index.find(key);
        if (!isLive(at)) {
            return false;
        }
        drop(at, tombstone);
        return true;
    }

    private void drop(int at, boolean tombstone) {
        if (tombstone) {
            settleTo(at, 0);
            entomb(at);
        } else {
            remove(at);
        }
    }

    /**
     * Takes the mark that waited longest. An origin's records are settled by it, and one whose content is
     * what was announced already is passed over in silence.
     *
     * @param announcing whether the caller announces (an origin) or only follows (a receiver)
     * @return false when no mark is left
     */
    boolean drainOne(boolean announcing, RecordVisitor visitor) {
        int at = dirty.poll();
        if (at == 0) {
            return false;
        }
        index.unset(at, RecordIndex.QUEUED);
        if (index.isFree(at)) {
            return true;
        }
        if (index.has(at, TOMBSTONE)) {
            index.visitRemoved(at, visitor);
            remove(at);
        } else if (!announcing || settle(at)) {
            index.visit(at, visitor);
        }
        return true;
    }

    /** Takes all marks. */
    void drainAll(boolean announcing, RecordVisitor visitor) {
        boolean more = true;
        while (more) {
            more = drainOne(announcing, visitor);
        }
    }

    /** Marks the live record with the key. */
    void markAgain(RecordKey key) {
        int at = index.find(key);
        if (isLive(at)) {
            mark(at);
        }
    }

    /** Each record of a run of chains, tombstones included; the visitor may remove the one it is shown. */
    private void each(int firstChain, int endChain, IntConsumer visitor) {
        for (int chain = firstChain; chain < endChain; chain++) {
            int at = index.first(chain);
            while (at != 0) {
                int next = index.next(at);
                visitor.accept(at);
                at = next;
            }
        }
    }

    private void each(IntConsumer visitor) {
        each(0, index.chains(), visitor);
    }

    private void eachOf(int bucket, IntConsumer visitor) {
        each(index.firstChain(bucket), index.firstChain(bucket + 1), visitor);
    }

    /** Visits the live records of a bucket. */
    void bucket(int bucket, RecordVisitor visitor) {
        eachOf(bucket, at -> {
            if (isLive(at)) {
                index.visit(at, visitor);
            }
        });
    }

    /** Visits the live records of a bucket as announced now: all are settled, its tombstones go. */
    void announceBucket(int bucket, RecordVisitor visitor) {
        eachOf(bucket, at -> {
            if (isLive(at)) {
                settle(at);
                index.visit(at, visitor);
            } else {
                remove(at);
            }
        });
    }

    /** The key and content hashes of all that is settled in a bucket. */
    void bucketHashes(int bucket, HashVisitor visitor) {
        eachOf(bucket, at -> {
            if (index.settledHash(at) != 0) {
                visitor.hashes(index.keyHash(at), index.settledHash(at));
            }
        });
    }

    /** Suspects every record of the bucket until it is put again. */
    void suspectBucket(int bucket) {
        eachOf(bucket, at -> index.set(at, SUSPECT));
    }

    /** Drops the records of the bucket that are still suspected; how many. */
    int dropSuspects(int bucket, boolean tombstone) {
        int before = live;
        eachOf(bucket, at -> {
            if (isLive(at) && index.has(at, SUSPECT)) {
                drop(at, tombstone);
            }
        });
        return before - live;
    }

    /** Suspects every record until it is put again. */
    void suspectAll() {
        each(at -> index.set(at, SUSPECT));
    }

    /** Whether the record with the key was not put since {@link #suspectAll}. */
    boolean suspected(RecordKey key) {
        int at = index.find(key);
        return at != 0 && index.has(at, SUSPECT);
    }

    /**
     * Keeps a suspected record whose content is that of {@code record}; false when it is another. No table tells what this
     * version cannot read of a record: {@code record} gets it.
     */
    boolean confirm(RecordKey key, WireBuffer record) {
        int at = index.find(key);
        boolean same =
                index.sameContent(at, record) || (index.copyUnread(at, kind, record) && index.sameContent(at, record));
        if (same) {
            index.unset(at, SUSPECT);
        }
        return same;
    }

    /** Removes all that is still suspected, as an origin does; how many. */
    int buryAllSuspects() {
        return buryAll(at -> index.has(at, SUSPECT));
    }

    /** Whether the record with the key is remembered to be given up. */
    boolean released(RecordKey key) {
        int at = index.find(key);
        return at != 0 && index.has(at, RELEASED);
    }

    /** Remembers the record with the key, too. */
    void release(RecordKey key) {
        int at = index.find(key);
        if (at != 0) {
            index.set(at, RELEASED);
        }
    }

    /** Remembers all records until they are put again. */
    void releaseAll() {
        each(at -> index.set(at, RELEASED));
    }

    /** Removes what is still remembered by {@link #releaseAll} and chosen, as an origin does; how many. */
    int buryReleased(RecordChoice choice) {
        return buryAll(at -> index.has(at, RELEASED) && index.chosen(at, choice));
    }

    /** Removes every live record as an origin does; how many. */
    int buryAll() {
        return buryAll(at -> true);
    }

    private int buryAll(IntPredicate which) {
        int before = live;
        each(at -> {
            if (isLive(at) && which.test(at)) {
                bury(at, true);
            }
        });
        return before - live;
    }

    /** Looks at nothing. */
    static final RecordVisitor NOBODY = new RecordVisitor() {
        @Override
        public void record(byte[] bytes, int from, int length, int since) {}

        @Override
        public void removed(byte[] bytes, int from, int length) {}
    };
}
