package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: a value or {@link MalformedWireException}, never anything else. */
class MalformedWireTest {
    private static final int CASES = 100_000;

    private final RandomEntries entries = new RandomEntries(10);
    private final Random random = new Random(10);

    @Test
    void recordsCutShortAnywhereAreRefusedOrRead() {
        for (int i = 0; i < 300; i++) {
            byte[] record = i % 2 == 0 ? Bytes.of(entries.entry()) : Bytes.of(entries.expectation());
            for (int length = 0; length < record.length; length++) {
                feed(Arrays.copyOf(record, length));
            }
        }
    }

    @Test
    void piecesCutShortAnywhereAreRefused() {
        byte[] piece = piece();
        for (int length = 0; length < piece.length; length++) {
            byte[] cut = Arrays.copyOf(piece, length);
            assertThatThrownBy(() -> MessageCodec.decode(cut, 0, cut.length))
                    .isInstanceOf(MalformedWireException.class);
            feed(cut);
        }
    }

    @Test
    void bentRecordsAndPiecesAreRefusedOrRead() {
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = switch (i % 4) {
                case 0 -> Bytes.of(entries.entry());
                case 1 -> Bytes.of(entries.expectation());
                case 2 -> piece();
                default -> control();
            };
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            feed(bytes);
        }
    }

    @Test
    void randomBytesAreRefusedOrRead() {
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = (byte) (1 + random.nextInt(5) << 3 | Wire.BYTES);
            }
            feed(bytes);
        }
    }

    @Test
    void aRecordMustBeginWithItsKey() {
        for (byte[] bytes : new byte[][] {
            {},
            {8},
            {8, -1},
            {8, -1, -1, -1},
            {8, 1},
            {16, 1},
            {18},
            {18, 1},
            {18, -1, -1, 1},
            {18, 5, 1, 1},
            {8, 1, 18, 3, 0}
        }) {
            assertThatThrownBy(() -> {
                        int start = WireRecord.contentStart(bytes, 0, bytes.length);
                        WireRecord.keyLength(bytes, start, bytes.length);
                    })
                    .as(Arrays.toString(bytes))
                    .isInstanceOf(MalformedWireException.class);
        }
    }

    /** Gives the bytes to every reader there is. */
    private static void feed(byte[] bytes) {
        survives(() -> Bytes.entry(bytes));
        survives(() -> Bytes.expectation(bytes));
        survives(() -> {
            int start = WireRecord.contentStart(bytes, 0, bytes.length);
            int length = WireRecord.keyLength(bytes, start, bytes.length);
            int key = WireRecord.keyStart(bytes, start);
            assertThat(key + length).isLessThanOrEqualTo(bytes.length);
            WireRecord.hash(bytes, key, length);
        });
        survives(() -> BatchReader.items(bytes, 0, bytes.length, new Seen()));
        survives(() -> {
            if (MessageCodec.decode(bytes, 0, bytes.length) instanceof SyncMessage.Batch batch) {
                BatchReader.items(bytes, batch.from(), batch.length(), new Seen());
            }
        });
    }

    private interface Reading {
        void run() throws MalformedWireException;
    }

    private static void survives(Reading reading) {
        try {
            reading.run();
        } catch (MalformedWireException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private byte[] piece() {
        return piece(Bytes.of(entries.entry()), random.nextInt(100));
    }

    /** A piece with an item of every kind. */
    static byte[] piece(byte[] entry, int bucket) {
        WireBuffer out = new WireBuffer(64);
        BatchWriter writer = new BatchWriter(out);
        writer.begin(bucket + 1, bucket + 1);
        writer.record(Kind.CONNTRACK, entry, 0, entry.length);
        writer.beginBucket(Kind.CONNTRACK, bucket, false);
        writer.bucketRecord(Kind.CONNTRACK, entry, 0, entry.length);
        writer.endBucket();
        writer.beginBucket(Kind.CONNTRACK, bucket, true);
        writer.bucketHash(3L * bucket, 5L * bucket);
        writer.endBucket();
        writer.digest(Kind.EXPECTATION, new long[] {1, 2, 3}, 0, 3);
        writer.heartbeat(new Heartbeat(1, 2, 3, 4, 5, RoleName.MULTI, 6));
        writer.end();
        return out.copy();
    }

    private byte[] control() {
        var messages = MessageCodecTest.messages();
        return MessageCodec.encode(messages.get(random.nextInt(messages.size())));
    }
}
