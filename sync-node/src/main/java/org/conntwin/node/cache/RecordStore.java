package org.conntwin.node.cache;

import java.util.Arrays;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.proto.WireRecord;

/**
 * Records of one kind and one owner by key, with a digest for each bucket and marks on what changed.
 *
 * <p>A digest is the sum of the content hashes that were <em>settled</em>: an origin settles a record when it
 * announces it, a receiver when it applies it, so both sums agree at every point of the stream. Not
 * thread-safe: the cache that owns it locks.
 */
final class RecordStore {
    private static final int DIRTY = 1;
    private static final int TOMBSTONE = 2;
    /** No longer in its chain, kept only because the dirty queue names it. */
    private static final int DETACHED = 4;

    /** To be removed unless it is put again. */
    private static final int SUSPECT = 8;

    /** Remembered to be given up unless it is put again. */
    private static final int RELEASED = 16;

    private final Kind kind;
    private final int bucketBits;
    private final Slab slab = new Slab();
    private final DirtyQueue dirty = new DirtyQueue();
    private final long[] digests;
    private int[] heads;
    private int headBits;
    private int live;
    private int chained;
    private long sum;
    private int settled;

    RecordStore(Kind kind) {
        this.kind = kind;
        this.bucketBits = Integer.numberOfTrailingZeros(kind.buckets());
        this.digests = new long[kind.buckets()];
        this.headBits = bucketBits;
        this.heads = new int[kind.buckets()];
    }

    Kind kind() {
        return kind;
    }

    int live() {
        return live;
    }

    /** Records that the digests count. */
    int settled() {
        return settled;
    }

    int dirty() {
        return dirty.size();
    }

    long sum() {
        return sum;
    }

    long[] digests() {
        return digests;
    }

    long memoryBytes() {
        return slab.bytes() + 4L * heads.length + 8L * digests.length;
    }

    /** Where a key lies: its place in an array and its hash. Reused between calls. */
    static final class Key {
        byte[] bytes = {};
        int from;
        int length;
        long hash;

        /** The key of a whole record. */
        Key ofRecord(byte[] record, int start, int size) throws MalformedWireException {
            int content = WireRecord.contentStart(record, start, size);
            return of(
                    record, WireRecord.keyStart(record, content), WireRecord.keyLength(record, content, start + size));
        }

        /** A key by itself. */
        Key of(byte[] array, int start, int size) {
            bytes = array;
            from = start;
            length = size;
            hash = WireRecord.hash(array, start, size);
            return this;
        }
    }

    /** Address of the record with the key, tombstones included; 0 for none. */
    private int find(Key key) {
        int hash = (int) (key.hash >>> 32);
        for (int at = heads[headIndex(hash)]; at != 0; at = slab.next(at)) {
            if (slab.hash(at) == hash && sameKey(at, key)) {
                return at;
            }
        }
        return 0;
    }

    private int headIndex(int hash) {
        return hash >>> 32 - headBits;
    }

    private boolean sameKey(int at, Key key) {
        byte[] chunk = slab.chunk(at);
        int content = contentStart(at);
        int from = WireRecord.keyStart(chunk, content);
        int length = keyLength(at, content);
        return Arrays.equals(chunk, from, from + length, key.bytes, key.from, key.from + key.length);
    }

    private int contentStart(int at) {
        try {
            return WireRecord.contentStart(slab.chunk(at), bytesAt(at), slab.length(at));
        } catch (MalformedWireException impossible) {
            throw new IllegalStateException("a stored record has no key", impossible);
        }
    }

    private int keyLength(int at, int content) {
        try {
            return WireRecord.keyLength(slab.chunk(at), content, bytesAt(at) + slab.length(at));
        } catch (MalformedWireException impossible) {
            throw new IllegalStateException("a stored record has no key", impossible);
        }
    }

    private static int bytesAt(int at) {
        return Slab.offset(at) + Slab.HEADER_BYTES;
    }

    private boolean has(int at, int flag) {
        return (slab.flags(at) & flag) != 0;
    }

    private void set(int at, int flag) {
        slab.flags(at, slab.flags(at) | flag);
    }

    private void unset(int at, int flag) {
        slab.flags(at, slab.flags(at) & ~flag);
    }

    boolean contains(Key key) {
        int at = find(key);
        return at != 0 && !has(at, TOMBSTONE);
    }

    /** Copies the record with the key into {@code into}, growing it; its length, or -1 when there is none. */
    int copy(Key key, WireBuffer into) {
        int at = find(key);
        if (at == 0 || has(at, TOMBSTONE)) {
            return -1;
        }
        into.reset();
        into.append(slab.chunk(at), bytesAt(at), slab.length(at));
        return into.length();
    }

    /** Puts the record; true when it was not there. {@code now} is the second at which it is made. */
    boolean put(Key key, byte[] bytes, int from, int length, int now, boolean mark) {
        int at = find(key);
        boolean made = at == 0 || has(at, TOMBSTONE);
        if (at == 0) {
            at = insert(key, length, now);
        } else {
            if (made) {
                unset(at, TOMBSTONE);
                slab.since(at, now);
                live++;
            }
            if (Slab.units(slab.length(at)) != Slab.units(length)) {
                at = move(at, length);
            }
        }
        slab.length(at, length);
        System.arraycopy(bytes, from, slab.chunk(at), bytesAt(at), length);
        unset(at, SUSPECT | RELEASED);
        if (mark) {
            mark(at);
        }
        return made;
    }

    private int insert(Key key, int length, int now) {
        if (chained >= heads.length) {
            grow();
        }
        int at = slab.allocate(Slab.units(length));
        int hash = (int) (key.hash >>> 32);
        int head = headIndex(hash);
        slab.next(at, heads[head]);
        slab.hash(at, hash);
        slab.contentHash(at, 0);
        slab.since(at, now);
        slab.flags(at, 0);
        heads[head] = at;
        chained++;
        live++;
        return at;
    }

    private int move(int at, int length) {
        int to = slab.allocate(Slab.units(length));
        slab.hash(to, slab.hash(at));
        slab.contentHash(to, slab.contentHash(at));
        slab.since(to, slab.since(at));
        slab.flags(to, slab.flags(at) & ~DIRTY);
        slab.next(to, slab.next(at));
        relink(at, to);
        boolean wasDirty = has(at, DIRTY);
        detach(at);
        if (wasDirty) {
            mark(to);
        }
        return to;
    }

    private void relink(int at, int to) {
        int head = headIndex(slab.hash(at));
        if (heads[head] == at) {
            heads[head] = to;
            return;
        }
        int before = heads[head];
        while (slab.next(before) != at) {
            before = slab.next(before);
        }
        slab.next(before, to);
    }

    /** Gives the block back, or leaves that to the dirty queue when it still names the block. */
    private void detach(int at) {
        if (has(at, DIRTY)) {
            set(at, DETACHED);
        } else {
            slab.release(at);
        }
    }

    private void unlink(int at) {
        relink(at, slab.next(at));
        chained--;
        if (!has(at, TOMBSTONE)) {
            live--;
        }
        detach(at);
    }

    private void mark(int at) {
        if (!has(at, DIRTY)) {
            set(at, DIRTY);
            dirty.add(at);
        }
    }

    private void grow() {
        int[] old = heads;
        headBits++;
        heads = new int[old.length * 2];
        for (int first : old) {
            int at = first;
            while (at != 0) {
                int next = slab.next(at);
                int head = headIndex(slab.hash(at));
                slab.next(at, heads[head]);
                heads[head] = at;
                at = next;
            }
        }
    }

    /** Makes the digest follow what the record holds now; true when that changed. */
    private boolean settle(int at) {
        int content = contentStart(at);
        long hash = has(at, TOMBSTONE)
                ? 0
                : WireRecord.hash(slab.chunk(at), content, bytesAt(at) + slab.length(at) - content);
        return settleTo(at, hash);
    }

    private boolean settleTo(int at, long hash) {
        long change = hash - slab.contentHash(at);
        if (change == 0) {
            return false;
        }
        if (slab.contentHash(at) == 0) {
            settled++;
        } else if (hash == 0) {
            settled--;
        }
        digests[slab.hash(at) >>> 32 - bucketBits] += change;
        sum += change;
        slab.contentHash(at, hash);
        return true;
    }

    /** Settles the record with the key. */
    void settle(Key key) {
        int at = find(key);
        if (at != 0) {
            settle(at);
        }
    }

    /**
     * Removes the record with the key. One that was settled leaves a marked tombstone until it is drained
     * when {@code tombstone} is set; true when there was a record.
     */
    boolean remove(Key key, boolean tombstone) {
        int at = find(key);
        if (at == 0 || has(at, TOMBSTONE)) {
            return false;
        }
        bury(at, tombstone);
        return true;
    }

    private void bury(int at, boolean tombstone) {
        if (tombstone && slab.contentHash(at) != 0) {
            set(at, TOMBSTONE);
            live--;
            mark(at);
        } else {
            settleTo(at, 0);
            unlink(at);
        }
    }

    /** Receiver's removal: the digest follows at once; a tombstone only serves whoever drains the marks. */
    boolean drop(Key key, boolean tombstone) {
        int at = find(key);
        if (at == 0 || has(at, TOMBSTONE)) {
            return false;
        }
        dropAt(at, tombstone);
        return true;
    }

    private void dropAt(int at, boolean tombstone) {
        if (tombstone) {
            set(at, TOMBSTONE);
            live--;
            settleTo(at, 0);
            mark(at);
        } else {
            settleTo(at, 0);
            unlink(at);
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
        if (has(at, DETACHED)) {
            slab.release(at);
            return true;
        }
        unset(at, DIRTY);
        if (has(at, TOMBSTONE)) {
            int content = contentStart(at);
            byte[] chunk = slab.chunk(at);
            visitor.removed(chunk, WireRecord.keyStart(chunk, content), keyLength(at, content));
            settleTo(at, 0);
            unlink(at);
        } else if (!announcing || settle(at)) {
            visit(at, visitor);
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

    private void visit(int at, RecordVisitor visitor) {
        visitor.record(slab.chunk(at), bytesAt(at), slab.length(at), slab.since(at));
    }

    /** Visits the live records of a bucket. */
    void bucket(int bucket, RecordVisitor visitor) {
        for (int head = firstHead(bucket); head < firstHead(bucket + 1); head++) {
            for (int at = heads[head]; at != 0; at = slab.next(at)) {
                if (!has(at, TOMBSTONE)) {
                    visit(at, visitor);
                }
            }
        }
    }

    private int firstHead(int bucket) {
        return bucket << headBits - bucketBits;
    }

    /** Visits the live records of a bucket as announced now: all are settled, its tombstones go. */
    void announceBucket(int bucket, RecordVisitor visitor) {
        for (int head = firstHead(bucket); head < firstHead(bucket + 1); head++) {
            int at = heads[head];
            while (at != 0) {
                int next = slab.next(at);
                if (has(at, TOMBSTONE)) {
                    settleTo(at, 0);
                    unlink(at);
                } else {
                    settle(at);
                    visit(at, visitor);
                }
                at = next;
            }
        }
    }

    /** The key and content hashes of all that is settled in a bucket. */
    void bucketHashes(int bucket, HashVisitor visitor) {
        for (int head = firstHead(bucket); head < firstHead(bucket + 1); head++) {
            for (int at = heads[head]; at != 0; at = slab.next(at)) {
                if (slab.contentHash(at) != 0) {
                    int content = contentStart(at);
                    byte[] chunk = slab.chunk(at);
                    long key = WireRecord.hash(chunk, WireRecord.keyStart(chunk, content), keyLength(at, content));
                    visitor.hashes(key, slab.contentHash(at));
                }
            }
        }
    }

    /** Suspects every record of the bucket until it is put again. */
    void suspectBucket(int bucket) {
        for (int head = firstHead(bucket); head < firstHead(bucket + 1); head++) {
            for (int at = heads[head]; at != 0; at = slab.next(at)) {
                set(at, SUSPECT);
            }
        }
    }

    /** Drops the records of the bucket that are still suspected; how many. */
    int dropSuspects(int bucket, boolean tombstone) {
        int dropped = 0;
        for (int head = firstHead(bucket); head < firstHead(bucket + 1); head++) {
            int at = heads[head];
            while (at != 0) {
                int next = slab.next(at);
                if (has(at, SUSPECT) && !has(at, TOMBSTONE)) {
                    dropAt(at, tombstone);
                    dropped++;
                }
                at = next;
            }
        }
        return dropped;
    }

    /** Suspects every record until it is put again. */
    void suspectAll() {
        for (int bucket = 0; bucket < kind.buckets(); bucket++) {
            suspectBucket(bucket);
        }
    }

    /** Keeps a suspected record whose content is that of {@code record}; false when it is another. */
    boolean confirm(Key key, WireBuffer record) {
        int at = find(key);
        int content = contentStart(at);
        int newContent = record.contentStart();
        boolean same = Arrays.equals(
                slab.chunk(at), content, bytesAt(at) + slab.length(at), record.array(), newContent, record.length());
        if (same) {
            unset(at, SUSPECT);
        }
        return same;
    }

    void releaseAll() {
        for (int head : heads) {
            for (int at = head; at != 0; at = slab.next(at)) {
                set(at, RELEASED);
            }
        }
    }

    int buryReleased(RecordChoice choice) {
        int buried = 0;
        for (int head = 0; head < heads.length; head++) {
            int at = heads[head];
            while (at != 0) {
                int next = slab.next(at);
                if (has(at, RELEASED)
                        && !has(at, TOMBSTONE)
                        && choice.takes(slab.chunk(at), bytesAt(at), slab.length(at))) {
                    bury(at, true);
                    buried++;
                }
                at = next;
            }
        }
        return buried;
    }

    /** Whether the record with the key was put since {@link #suspectAll}, or does not exist. */
    boolean suspected(Key key) {
        int at = find(key);
        return at != 0 && has(at, SUSPECT);
    }

    /** Removes all that is still suspected, as an origin does; how many. */
    int buryAllSuspects() {
        int buried = 0;
        for (int head = 0; head < heads.length; head++) {
            int at = heads[head];
            while (at != 0) {
                int next = slab.next(at);
                if (has(at, SUSPECT) && !has(at, TOMBSTONE)) {
                    bury(at, true);
                    buried++;
                }
                at = next;
            }
        }
        return buried;
    }

    /** Marks the live record with the key. */
    void markAgain(Key key) {
        int at = find(key);
        if (at != 0 && !has(at, TOMBSTONE)) {
            mark(at);
        }
    }

    /** Removes every live record as an origin does; how many. */
    int buryAll() {
        suspectAll();
        return buryAllSuspects();
    }

    /** Looks at nothing. */
    static final RecordVisitor NOBODY = new RecordVisitor() {
        @Override
        public void record(byte[] bytes, int from, int length, int since) {}

        @Override
        public void removed(byte[] bytes, int from, int length) {}
    };

    /** Forgets everything without a trace. */
    void clear() {
        slab.clear();
        dirty.clear();
        Arrays.fill(digests, 0);
        sum = 0;
        settled = 0;
        live = 0;
        chained = 0;
        headBits = bucketBits;
        heads = new int[kind.buckets()];
    }
}
