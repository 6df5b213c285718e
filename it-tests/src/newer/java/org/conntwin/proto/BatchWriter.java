package org.conntwin.proto;

/** The writer of pieces in the later version: more fields in each item, and items of new kinds in each piece. */
public final class BatchWriter {
    private static final int ITEM = 3;
    private static final int BUCKET = 5;
    private static final int DIGEST = 6;

    private final WireBuffer out;
    private final TodaysBatchWriter today;

    /** Writes pieces into {@code out}, which begins empty. */
    public BatchWriter(WireBuffer out) {
        this.out = out;
        this.today = new TodaysBatchWriter(out);
    }

    /** Begins a piece. */
    public void begin(long incarnation, long sequence) {
        today.begin(incarnation, sequence);
    }

    /** Items written since {@link #begin}. */
    public int items() {
        return today.items();
    }

    /** Bytes written since {@link #begin}, with room for what {@link #end} adds. */
    public int length() {
        return today.length() + today.length() / 4 + 256;
    }

    /** Ends the piece. */
    public void end() {
        byte[] rumour = NewerSchema.rumourItem();
        out.bytes(ITEM, rumour, 0, rumour.length);
        ofTheLaterKind(BUCKET, 2);
        ofTheLaterKind(DIGEST, 2);
        today.end();
        byte[] whole = NewerSchema.message(out.array(), 0, out.length());
        out.reset();
        out.append(whole, 0, whole.length);
    }

    /** An item on records of the new kind, in its highest bucket. */
    private void ofTheLaterKind(int field, int bucketField) {
        WireBuffer content = new WireBuffer(16);
        content.uint(1, NewerSchema.laterValue("Kind"));
        content.uint(bucketField, 1 << 20);
        WireBuffer item = new WireBuffer(16);
        item.bytes(field, content.array(), 0, content.length());
        out.bytes(ITEM, item.array(), 0, item.length());
    }

    /** A record as it is now. */
    public void record(Kind kind, byte[] bytes, int from, int length) {
        today.record(kind, bytes, from, length);
    }

    /** The key of a record that is gone. */
    public void removed(Kind kind, byte[] bytes, int from, int length) {
        today.removed(kind, bytes, from, length);
    }

    /** Opens the replacement of a bucket. */
    public void beginBucket(Kind kind, int bucket, boolean compareOnly) {
        today.beginBucket(kind, bucket, compareOnly);
    }

    /** One record of the open bucket. */
    public void bucketRecord(Kind kind, byte[] bytes, int from, int length) {
        today.bucketRecord(kind, bytes, from, length);
    }

    /** Hashes of one record of the open bucket. */
    public void bucketHash(long keyHash, long contentHash) {
        today.bucketHash(keyHash, contentHash);
    }

    /** Closes the open bucket. */
    public void endBucket() {
        today.endBucket();
    }

    /** Digests of the buckets from {@code first} to before {@code end}. */
    public void digest(Kind kind, long[] digests, int first, int end) {
        today.digest(kind, digests, first, end);
    }

    /** The sums. */
    public void heartbeat(Heartbeat heartbeat) {
        today.heartbeat(heartbeat);
    }
}
