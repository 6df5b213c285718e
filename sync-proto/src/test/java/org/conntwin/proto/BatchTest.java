package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final long INCARNATION = 0x8000_0000_0000_0001L;
    private static final Heartbeat HEARTBEAT = new Heartbeat(-1, 5, 77, 6, 7, RoleName.ACTIVE, 1L << 40);

    private final RandomEntries entries = new RandomEntries(9);
    private final WireBuffer out = new WireBuffer(16);
    private final BatchWriter writer = new BatchWriter(out);

    @Test
    void everyItemIsSeenInItsOrderAsItWasWritten() throws Exception {
        Conntrack entry = entries.entry();
        Expectation expectation = entries.expectation();
        byte[] record = Bytes.of(entry);
        byte[] expected = Bytes.of(expectation);
        writeAll(entry, expectation);
        Seen seen = read();

        assertThat(writer.items()).isEqualTo(9);
        assertThat(seen.items())
                .containsExactly(
                        Seen.record(Kind.CONNTRACK, record),
                        Seen.removed(Kind.CONNTRACK, Bytes.keyOf(entry)),
                        Seen.record(Kind.EXPECTATION, expected),
                        Seen.removed(Kind.EXPECTATION, Bytes.keyOf(expectation)),
                        "begin CONNTRACK 16383",
                        Seen.bucketRecord(Kind.CONNTRACK, record),
                        Seen.bucketRecord(Kind.CONNTRACK, record),
                        "end CONNTRACK 16383",
                        "begin EXPECTATION 0",
                        "end EXPECTATION 0",
                        "hashes EXPECTATION 255 [1, -2, 3, -4]",
                        "digests EXPECTATION 1 [11, 12, 13]",
                        HEARTBEAT.toString());
    }

    private void writeAll(Conntrack entry, Expectation expectation) {
        byte[] record = Bytes.of(entry);
        byte[] expected = Bytes.of(expectation);
        byte[] key = Bytes.keyOf(entry);
        byte[] expectedKey = Bytes.keyOf(expectation);
        writer.begin(INCARNATION, 42);
        writer.record(Kind.CONNTRACK, record, 0, record.length);
        writer.removed(Kind.CONNTRACK, key, 0, key.length);
        writer.record(Kind.EXPECTATION, expected, 0, expected.length);
        writer.removed(Kind.EXPECTATION, expectedKey, 0, expectedKey.length);
        writer.beginBucket(Kind.CONNTRACK, 16_383, false);
        writer.bucketRecord(Kind.CONNTRACK, record, 0, record.length);
        writer.bucketRecord(Kind.CONNTRACK, record, 0, record.length);
        writer.endBucket();
        writer.beginBucket(Kind.EXPECTATION, 0, false);
        writer.endBucket();
        writer.beginBucket(Kind.EXPECTATION, 255, true);
        writer.bucketHash(1, -2);
        writer.bucketHash(3, -4);
        writer.endBucket();
        writer.digest(Kind.EXPECTATION, new long[] {10, 11, 12, 13, 14}, 1, 4);
        writer.heartbeat(HEARTBEAT);
        writer.end();
    }

    private Seen read() throws MalformedWireException {
        SyncMessage.Batch batch = (SyncMessage.Batch) MessageCodec.decode(out.array(), 0, out.length());
        assertThat(batch.incarnation()).isEqualTo(INCARNATION);
        assertThat(batch.sequence()).isEqualTo(42);
        Seen seen = new Seen();
        BatchReader.items(out.array(), batch.from(), batch.length(), seen);
        return seen;
    }

    @Test
    void theGeneratedClassReadsAPiece() throws Exception {
        Conntrack entry = entries.entry();
        Expectation expectation = entries.expectation();
        writeAll(entry, expectation);
        SyncProto.Batch batch = SyncProto.SyncMessage.parseFrom(out.copy()).getBatch();
        SyncProto.Entry record = SyncProto.Entry.parseFrom(Bytes.of(entry));

        assertThat(batch.getIncarnation()).isEqualTo(INCARNATION);
        assertThat(batch.getSequence()).isEqualTo(42);
        assertThat(batch.getItemList()).hasSize(9);
        assertThat(batch.getItem(0).getEntry()).isEqualTo(record);
        assertThat(batch.getItem(1).getRemoved()).isEqualTo(record.getOriginal());
        assertThat(batch.getItem(2).getExpectation()).isEqualTo(SyncProto.Expectation.parseFrom(Bytes.of(expectation)));
        assertThat(batch.getItem(3).getRemovedExpectation())
                .isEqualTo(SyncProto.ExpectationKey.parseFrom(Bytes.keyOf(expectation)));
        assertThat(batch.getItem(4).getBucket())
                .isEqualTo(SyncProto.BucketReplacement.newBuilder()
                        .setBucket(16_383)
                        .addEntry(record)
                        .addEntry(record)
                        .build());
        assertThat(batch.getItem(6).getBucket())
                .isEqualTo(SyncProto.BucketReplacement.newBuilder()
                        .setKind(SyncProto.Kind.KIND_EXPECTATION)
                        .setBucket(255)
                        .setCompareOnly(true)
                        .addAllHash(List.of(1L, -2L, 3L, -4L))
                        .build());
        assertThat(batch.getItem(7).getDigest())
                .isEqualTo(SyncProto.Digest.newBuilder()
                        .setKind(SyncProto.Kind.KIND_EXPECTATION)
                        .setFirst(1)
                        .addAllBucket(List.of(11L, 12L, 13L))
                        .build());
        assertThat(batch.getItem(8).getHeartbeat())
                .isEqualTo(SyncProto.Heartbeat.newBuilder()
                        .setConntrackDigest(-1)
                        .setConntracks(5)
                        .setExpectationDigest(77)
                        .setExpectations(6)
                        .setUnsent(7)
                        .setRole(SyncProto.Role.ROLE_ACTIVE)
                        .setClaim(1L << 40)
                        .build());
    }

    @Test
    void whatTheGeneratedClassWritesIsRead() throws Exception {
        writeAll(entries.entry(), entries.expectation());
        List<String> expected = read().items();
        byte[] again = SyncProto.SyncMessage.parseFrom(out.copy()).toByteArray();
        out.reset();
        out.append(again, 0, again.length);

        assertThat(read().items()).isEqualTo(expected);
    }

    @Test
    void aPieceIsBegunAnewWithTheSameWriter() throws Exception {
        writeAll(entries.entry(), entries.expectation());
        writer.begin(INCARNATION, 42);
        writer.end();

        assertThat(writer.items()).isZero();
        assertThat(read().items()).isEmpty();
    }

    @Test
    void aPieceOfAMegabyteKeepsItsFourLengthBytes() throws Exception {
        byte[] record = Bytes.of(entries.entry());
        writer.begin(INCARNATION, 42);
        while (writer.length() < 1 << 20) {
            writer.record(Kind.CONNTRACK, record, 0, record.length);
        }
        writer.end();

        assertThat(read().items()).hasSize(writer.items());
    }

    @Test
    void fieldsAndItemsOfANewerPeerAreTolerated() throws Exception {
        byte[] record = Bytes.joined(Bytes.of(entries.entry()), new byte[] {(byte) 0xc8, 0x3e, 1});
        byte[] newerItem = {(byte) (15 << 3 | 2), 1, 7};
        writer.begin(INCARNATION, 42);
        writer.record(Kind.CONNTRACK, record, 0, record.length);
        out.bytes(3, newerItem, 0, newerItem.length);
        out.uint(99, 5);
        writer.end();

        assertThat(read().items()).containsExactly(Seen.record(Kind.CONNTRACK, record), "unknown");
    }

    @Test
    void itemsThatContradictThemselvesAreRefused() {
        refused(item -> item.getDigestBuilder().setFirst(Integer.MAX_VALUE).addBucket(1));
        refused(item -> item.getDigestBuilder().setFirst(-1).addBucket(1));
        refused(item -> item.getDigestBuilder().setFirst(16_384).addBucket(1));
        refused(item -> item.getDigestBuilder()
                .setKind(SyncProto.Kind.KIND_EXPECTATION)
                .setFirst(255)
                .addBucket(1)
                .addBucket(2));
        refused(item -> item.getBucketBuilder().setBucket(16_384));
        refused(item -> item.getBucketBuilder().setBucket(-1));
        refused(item ->
                item.getBucketBuilder().setKind(SyncProto.Kind.KIND_EXPECTATION).setBucket(256));
        refused(item -> item.getBucketBuilder().setCompareOnly(true).addHash(1));
        refused(item -> item.getBucketBuilder().addExpectation(SyncProto.Expectation.getDefaultInstance()));
        refused(item -> item.getBucketBuilder()
                .setKind(SyncProto.Kind.KIND_EXPECTATION)
                .addEntry(SyncProto.Entry.getDefaultInstance()));
        refused(item -> {});
    }

    private static void refused(Consumer<SyncProto.Item.Builder> content) {
        SyncProto.Item.Builder item = SyncProto.Item.newBuilder();
        content.accept(item);
        byte[] bytes = SyncProto.Batch.newBuilder()
                .setIncarnation(1)
                .setSequence(1)
                .addItem(item)
                .build()
                .toByteArray();

        assertThatThrownBy(() -> BatchReader.items(bytes, 0, bytes.length, new Seen()))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void aBucketThatChangesItsNumberBehindARecordIsRefused() {
        byte[] record = Bytes.of(entries.entry());
        WireBuffer bucket = new WireBuffer(64);
        bucket.uint(2, 5);
        bucket.bytes(3, record, 0, record.length);
        bucket.uint(2, 6);
        WireBuffer item = new WireBuffer(64);
        item.bytes(5, bucket.array(), 0, bucket.length());
        WireBuffer batch = new WireBuffer(64);
        batch.bytes(3, item.array(), 0, item.length());

        assertThatThrownBy(() -> BatchReader.items(batch.array(), 0, batch.length(), new Seen()))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void recordsAreShownWhereTheyLieWithinALargerArray() throws Exception {
        byte[] record = Bytes.of(entries.entry());
        writer.begin(INCARNATION, 42);
        writer.record(Kind.CONNTRACK, Bytes.joined(new byte[9], record), 9, record.length);
        writer.end();
        byte[] shifted = Bytes.joined(new byte[5], out.copy());
        SyncMessage.Batch batch = (SyncMessage.Batch) MessageCodec.decode(shifted, 5, shifted.length - 5);
        Seen seen = new Seen();
        BatchReader.items(shifted, batch.from(), batch.length(), seen);

        assertThat(seen.items()).containsExactly(Seen.record(Kind.CONNTRACK, record));
        assertThat(Arrays.equals(out.copy(), Arrays.copyOfRange(shifted, 5, shifted.length)))
                .isTrue();
    }
}
