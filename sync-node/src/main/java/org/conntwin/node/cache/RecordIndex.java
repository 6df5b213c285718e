package org.conntwin.node.cache;

import java.util.Arrays;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.UnreadFields;
import org.conntwin.proto.WireBuffer;
import org.conntwin.proto.WireRecord;

/**
 * Records by key: chains of blocks in a {@link Slab}, in the order of their hashes' top bits, so that a bucket
 * is a run of chains. Knows nothing of what the flags mean, but for {@link #QUEUED}, which outlives the
 * record: whoever queued the address still has it when the block holds another record or none. Not
 * thread-safe.
 */
final class RecordIndex {
    /** The dirty queue holds the address. */
    static final int QUEUED = 1;
    /** The block holds no record. */
    private static final int FREE = 2;

    private final int bucketBits;
    private final Slab slab = new Slab();
    private int[] heads;
    private int headBits;
    private int chained;

    RecordIndex(int buckets) {
        bucketBits = Integer.numberOfTrailingZeros(buckets);
        headBits = bucketBits;
        heads = new int[buckets];
    }

    long memoryBytes() {
        return slab.bytes() + 4L * heads.length;
    }

    /** Address of the record with the key; 0 for none. */
    int find(RecordKey key) {
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

    private boolean sameKey(int at, RecordKey key) {
        byte[] chunk = slab.chunk(at);
        int content = contentStart(at);
        int from = WireRecord.keyStart(chunk, content);
        int length = keyLength(at, content);
        return Arrays.equals(chunk, from, from + length, key.bytes, key.from, key.from + key.length);
    }

    /** Chains are numbered; those of a bucket follow each other. */
    int firstChain(int bucket) {
        return bucket << headBits - bucketBits;
    }

    int chains() {
        return heads.length;
    }

    /** The first record of a chain; 0 for none. */
    int first(int chain) {
        return heads[chain];
    }

    /** The record behind this one in its chain; 0 for none. */
    int next(int at) {
        return slab.next(at);
    }

    int bucket(int at) {
        return slab.hash(at) >>> 32 - bucketBits;
    }

    boolean isFree(int at) {
        return has(at, FREE);
    }

    boolean has(int at, int flag) {
        return (slab.flags(at) & flag) != 0;
    }

    void set(int at, int flag) {
        slab.flags(at, slab.flags(at) | flag);
    }

    void unset(int at, int flag) {
        slab.flags(at, slab.flags(at) & ~flag);
    }

    /** The hash under which the digests count the record; 0 when they do not. */
    long settledHash(int at) {
        return slab.contentHash(at);
    }

    void settledHash(int at, long hash) {
        slab.contentHash(at, hash);
    }

    int since(int at) {
        return slab.since(at);
    }

    void since(int at, int second) {
        slab.since(at, second);
    }

    /** A block for a record of so many bytes, chained, its bytes not yet written. */
    int insert(RecordKey key, int length, int now) {
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
        slab.flags(at, slab.flags(at) & QUEUED);
        heads[head] = at;
        chained++;
        return at;
    }

    /** Writes the record's bytes, into another block when they need one; its address then. */
    int write(int at, byte[] bytes, int from, int length) {
        int to = Slab.units(slab.length(at)) == Slab.units(length) ? at : move(at, length);
        slab.length(to, length);
        System.arraycopy(bytes, from, slab.chunk(to), bytesAt(to), length);
        return to;
    }

    /** Writes the bytes of a record that was just inserted for them. */
    void fill(int at, byte[] bytes, int from, int length) {
        slab.length(at, length);
        System.arraycopy(bytes, from, slab.chunk(at), bytesAt(at), length);
    }

    private int move(int at, int length) {
        int to = slab.allocate(Slab.units(length));
        slab.hash(to, slab.hash(at));
        slab.contentHash(to, slab.contentHash(at));
        slab.since(to, slab.since(at));
        slab.flags(to, slab.flags(at) & ~QUEUED | slab.flags(to) & QUEUED);
        slab.next(to, slab.next(at));
        relink(at, to);
        free(at);
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

    /** Forgets the record; its block is used again. */
    void remove(int at) {
        relink(at, slab.next(at));
        chained--;
        free(at);
    }

    private void free(int at) {
        slab.flags(at, slab.flags(at) & QUEUED | FREE);
        slab.release(at);
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

    private static int bytesAt(int at) {
        return Slab.offset(at) + Slab.HEADER_BYTES;
    }

    /** Hash of the record's content as it is now. */
    long contentHash(int at) {
        int content = contentStart(at);
        return WireRecord.hash(slab.chunk(at), content, bytesAt(at) + slab.length(at) - content);
    }

    /** Hash of the record's key, all of it. */
    long keyHash(int at) {
        int content = contentStart(at);
        byte[] chunk = slab.chunk(at);
        return WireRecord.hash(chunk, WireRecord.keyStart(chunk, content), keyLength(at, content));
    }

    /** Whether the record's content is that of {@code record}. */
    boolean sameContent(int at, WireBuffer record) {
        return Arrays.equals(
                slab.chunk(at),
                contentStart(at),
                bytesAt(at) + slab.length(at),
                record.array(),
                record.contentStart(),
                record.length());
    }

    /** Appends what is unread of a record to {@code into}, a record of the same key; false when there is nothing to add. */
    boolean copyUnread(int at, Kind kind, WireBuffer into) {
        try {
            return UnreadFields.copy(kind, slab.chunk(at), bytesAt(at), slab.length(at), into);
        } catch (MalformedWireException impossible) {
            throw new IllegalStateException("a stored record cannot be read", impossible);
        }
    }

    void copy(int at, WireBuffer into) {
        into.append(slab.chunk(at), bytesAt(at), slab.length(at));
    }

    boolean chosen(int at, RecordChoice choice) {
        return choice.takes(slab.chunk(at), bytesAt(at), slab.length(at));
    }

    void visit(int at, RecordVisitor visitor) {
        visitor.record(slab.chunk(at), bytesAt(at), slab.length(at), slab.since(at));
    }

    void visitRemoved(int at, RecordVisitor visitor) {
        int content = contentStart(at);
        byte[] chunk = slab.chunk(at);
        visitor.removed(chunk, WireRecord.keyStart(chunk, content), keyLength(at, content));
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
}
