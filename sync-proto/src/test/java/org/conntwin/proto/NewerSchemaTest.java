package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node of a later version sends, as this version takes it. */
class NewerSchemaTest {
    private static final int CASES = 2_000;
    private static final long INCARNATION = 0x8000_0000_0000_0001L;

    private final RandomEntries entries = new RandomEntries(11);

    static List<SyncMessage> messages() {
        List<SyncMessage> all = new ArrayList<>(MessageCodecTest.messages());
        all.add(new SyncMessage.VoteRequest(1, "fw1", INCARNATION, 7));
        all.add(new SyncMessage.Vote(1, true));
        return all;
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageWithANewFieldSaysWhatItSaidBefore(SyncMessage message) throws MalformedWireException {
        byte[] today = MessageCodec.encode(message);
        byte[] later = NewerSchema.message(today, 0, today.length);

        assertThat(later).isNotEqualTo(today);
        assertThat(MessageCodec.decode(later, 0, later.length)).isEqualTo(message);
    }

    @Test
    void anEntryKeepsItsNewFieldByteForByte() throws MalformedWireException {
        for (int i = 0; i < CASES; i++) {
            Conntrack entry = entries.entry();
            byte[] today = Bytes.of(entry);
            byte[] later = NewerSchema.record(Kind.CONNTRACK, today, 0, today.length);
            Conntrack read = Bytes.entry(later);

            assertThat(read.unread()).isNotNull();
            assertThat(read).isNotEqualTo(entry);
            assertThat(read.original()).isEqualTo(entry.original());
            assertThat(Bytes.of(read)).isEqualTo(later);
            assertThat(Bytes.of(entry.updatedBy(entry))).isEqualTo(today);
            assertThat(Bytes.of(read.updatedBy(entry))).isEqualTo(later);
        }
    }

    @Test
    void anExpectationKeepsItsNewFieldByteForByte() throws MalformedWireException {
        for (int i = 0; i < CASES; i++) {
            Expectation expectation = entries.expectation();
            byte[] today = Bytes.of(expectation);
            byte[] later = NewerSchema.record(Kind.EXPECTATION, today, 0, today.length);
            Expectation read = Bytes.expectation(later);

            assertThat(read.withTimeout(expectation.timeoutSeconds())).isEqualTo(read);
            assertThat(Bytes.of(read)).isEqualTo(later);
        }
    }

    @Test
    void whatIsUnreadGoesOverToAnotherReadingOfTheRecordOnce() throws MalformedWireException {
        byte[] today = Bytes.of(entries.entry());
        byte[] later = NewerSchema.record(Kind.CONNTRACK, today, 0, today.length);
        WireBuffer out = new WireBuffer(16);
        out.append(today, 0, today.length);

        assertThat(UnreadFields.copy(Kind.CONNTRACK, today, 0, today.length, out))
                .isFalse();
        assertThat(UnreadFields.copy(Kind.CONNTRACK, later, 0, later.length, out))
                .isTrue();
        assertThat(out.copy()).isEqualTo(later);
        assertThat(UnreadFields.copy(Kind.CONNTRACK, later, 0, later.length, out))
                .isFalse();
        assertThat(out.copy()).isEqualTo(later);
    }

    @Test
    void aPieceWithNewFieldsAndKindsLosesNothingThatIsKnown() throws MalformedWireException {
        byte[] today = Bytes.of(entries.entry());
        byte[] entry = NewerSchema.record(Kind.CONNTRACK, today, 0, today.length);
        byte[] key = Bytes.keyOf(entries.entry());
        Heartbeat heartbeat = new Heartbeat(-1, 5, 77, 6, 7, RoleName.ACTIVE, 1L << 40);
        WireBuffer out = new WireBuffer(16);
        BatchWriter writer = new BatchWriter(out);
        writer.begin(INCARNATION, 42);
        writer.record(Kind.CONNTRACK, entry, 0, entry.length);
        item(out, NewerSchema.rumourItem());
        item(out, bucketOfALaterKind(entry));
        writer.removed(Kind.CONNTRACK, key, 0, key.length);
        item(out, digestsOfALaterKind());
        writer.beginBucket(Kind.CONNTRACK, 9, false);
        writer.bucketRecord(Kind.CONNTRACK, entry, 0, entry.length);
        writer.endBucket();
        writer.digest(Kind.CONNTRACK, new long[] {1, 2}, 0, 2);
        writer.heartbeat(heartbeat);
        writer.end();
        byte[] later = NewerSchema.message(out.array(), 0, out.length());
        SyncMessage.Batch batch = (SyncMessage.Batch) MessageCodec.decode(later, 0, later.length);
        Seen seen = new Seen();
        BatchReader.items(later, batch.from(), batch.length(), seen);

        assertThat(batch.sequence()).isEqualTo(42);
        assertThat(seen.items())
                .containsExactly(
                        Seen.record(Kind.CONNTRACK, entry),
                        "unknown",
                        "unknown",
                        Seen.removed(Kind.CONNTRACK, key),
                        "unknown",
                        "begin CONNTRACK 9",
                        Seen.bucketRecord(Kind.CONNTRACK, entry),
                        "end CONNTRACK 9",
                        "digests CONNTRACK 0 [1, 2]",
                        heartbeat.toString());
    }

    private static void item(WireBuffer out, byte[] item) {
        out.bytes(3, item, 0, item.length);
    }

    private static byte[] bucketOfALaterKind(byte[] record) {
        WireBuffer bucket = new WireBuffer(64);
        bucket.uint(1, NewerSchema.laterValue("Kind"));
        bucket.uint(2, 1 << 20);
        bucket.bytes(9, record, 0, record.length);
        WireBuffer item = new WireBuffer(64);
        item.bytes(5, bucket.array(), 0, bucket.length());
        return item.copy();
    }

    private static byte[] digestsOfALaterKind() {
        return SyncProto.Item.newBuilder()
                .setDigest(SyncProto.Digest.newBuilder()
                        .setKindValue(NewerSchema.laterValue("Kind"))
                        .setFirst(1 << 20)
                        .addBucket(1))
                .build()
                .toByteArray();
    }

    @Test
    void messagesOfANewKindAndRequestsForOneAreUnknownAndNoError() throws MalformedWireException {
        byte[] rumour = NewerSchema.rumour();
        byte[] request = SyncProto.SyncMessage.newBuilder()
                .setBucketRequest(SyncProto.BucketRequest.newBuilder().setKindValue(NewerSchema.laterValue("Kind")))
                .build()
                .toByteArray();

        assertThat(MessageCodec.decode(rumour, 0, rumour.length)).isEqualTo(new SyncMessage.Unknown());
        assertThat(MessageCodec.decode(request, 0, request.length)).isEqualTo(new SyncMessage.Unknown());
    }

    @Test
    void aNewRoleCountsAsBackup() throws MalformedWireException {
        byte[] hello = SyncProto.SyncMessage.newBuilder()
                .setHello(SyncProto.Hello.newBuilder().setRoleValue(NewerSchema.laterValue("Role")))
                .build()
                .toByteArray();

        assertThat(MessageCodec.decode(hello, 0, hello.length))
                .isInstanceOfSatisfying(
                        SyncMessage.Hello.class, read -> assertThat(read.role()).isEqualTo(RoleName.BACKUP));
    }

    @Test
    void theFieldsThatTheCodecsCallLastAreTheLastOfTheSchema() {
        assertThat(EntryCodec.LAST_FIELD).isEqualTo(NewerSchema.laterField("Entry") - 1);
        assertThat(ExpectationCodec.LAST_FIELD).isEqualTo(NewerSchema.laterField("Expectation") - 1);
    }
}
