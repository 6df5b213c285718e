package org.conntwin.proto;

/**
 * Writes one piece of an origin's stream into a buffer: {@link #begin}, items, then the bytes are ready.
 * Records are copied as they are stored. Not thread-safe; reusable.
 */
public final class BatchWriter {
    private static final int BATCH = 2;
    private static final int ITEM = 3;

    private final WireBuffer out;
    private final WireBuffer item = new WireBuffer(4096);
    private final WireBuffer inner = new WireBuffer(4096);
    private int lengthAt;
    private int items;

    /** Writes pieces into {@code out}, which begins empty. */
    public BatchWriter(WireBuffer out) {
        this.out = out;
    }

    /** Begins a piece. */
    public void begin(long incarnation, long sequence) {
        out.reset();
        items = 0;
        out.tag(BATCH, Wire.BYTES);
        lengthAt = out.length();
        // A length of four bytes whatever its value, filled in by end().
        out.raw(new byte[4], 0, 4);
        out.fixed64(1, incarnation);
        out.uint(2, sequence);
    }

    /** Items written since {@link #begin}. */
    public int items() {
        return items;
    }

    /** Bytes written since {@link #begin}. */
    public int length() {
        return out.length();
    }

    /** Ends the piece: the buffer holds a whole message. */
    public void end() {
        int size = out.length() - lengthAt - 4;
        byte[] bytes = out.array();
        for (int i = 0; i < 3; i++) {
            bytes[lengthAt + i] = (byte) (size >>> 7 * i & 0x7f | 0x80);
        }
        bytes[lengthAt + 3] = (byte) (size >>> 21 & 0x7f);
    }

    /** A record as it is now. */
    public void record(Kind kind, byte[] bytes, int from, int length) {
        nested(kind == Kind.CONNTRACK ? 1 : 3, bytes, from, length);
    }

    /** The key of a record that is gone. */
    public void removed(Kind kind, byte[] bytes, int from, int length) {
        nested(kind == Kind.CONNTRACK ? 2 : 4, bytes, from, length);
    }

    private void nested(int field, byte[] bytes, int from, int length) {
        int lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : 3;
        out.tag(ITEM, Wire.BYTES);
        out.varint(1 + lengthBytes + length);
        out.bytes(field, bytes, from, length);
        items++;
    }

    /** Opens the replacement of a bucket; {@link #bucketRecord} or {@link #bucketHash} follow, then {@link #endBucket}. */
    public void beginBucket(Kind kind, int bucket, boolean compareOnly) {
        item.reset();
        inner.reset();
        item.uint(1, kind.number());
        item.uint(2, bucket);
        item.uint(6, compareOnly ? 1 : 0);
    }

    /** One record of the open bucket. */
    public void bucketRecord(Kind kind, byte[] bytes, int from, int length) {
        item.bytes(kind == Kind.CONNTRACK ? 3 : 4, bytes, from, length);
    }

    /** Hashes of key and content of one record of the open bucket. */
    public void bucketHash(long keyHash, long contentHash) {
        inner.raw64(keyHash);
        inner.raw64(contentHash);
    }

    /** Closes the open bucket. */
    public void endBucket() {
        if (inner.length() > 0) {
            item.bytes(5, inner.array(), 0, inner.length());
        }
        item(5);
    }

    /** Digests of the buckets from {@code first} to before {@code end}. */
    public void digest(Kind kind, long[] digests, int first, int end) {
        inner.reset();
        for (int i = first; i < end; i++) {
            inner.raw64(digests[i]);
        }
        item.reset();
        item.uint(1, kind.number());
        item.uint(2, first);
        item.bytes(3, inner.array(), 0, inner.length());
        item(6);
    }

    /** The sums. */
    public void heartbeat(Heartbeat heartbeat) {
        item.reset();
        item.fixed64(1, heartbeat.conntrackDigest());
        item.uint(2, heartbeat.conntracks());
        item.fixed64(3, heartbeat.expectationDigest());
        item.uint(4, heartbeat.expectations());
        item.uint(5, heartbeat.unsent());
        item.uint(6, heartbeat.role().number());
        item.uint(7, heartbeat.claim());
        item(7);
    }

    private void item(int field) {
        inner.reset();
        inner.bytes(field, item.array(), 0, item.length());
        out.bytes(ITEM, inner.array(), 0, inner.length());
        items++;
    }
}
