package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

class ExpectationCodecTest {
    private static final int CASES = 20_000;

    private final RandomEntries entries = new RandomEntries(8);

    @Test
    void anExpectationComesBackAsItWas() throws MalformedWireException {
        for (int i = 0; i < CASES; i++) {
            Expectation expectation = entries.expectation();

            assertThat(Bytes.expectation(Bytes.of(expectation))).isEqualTo(expectation);
        }
    }

    @Test
    void theGeneratedClassReadsTheSameValuesAndWritesTheSameBytes() throws Exception {
        for (int i = 0; i < CASES; i++) {
            Expectation expectation = entries.expectation();
            byte[] bytes = Bytes.of(expectation);
            SyncProto.Expectation read = SyncProto.Expectation.parseFrom(bytes);

            assertThat(read.toByteArray()).isEqualTo(bytes);
            assertThat(read).isEqualTo(generated(expectation));
            assertThat(Bytes.expectation(generated(expectation).toByteArray())).isEqualTo(expectation);
        }
    }

    private static SyncProto.Expectation generated(Expectation expectation) {
        SyncProto.Expectation.Builder out = SyncProto.Expectation.newBuilder()
                .setTimeout(expectation.timeoutSeconds())
                .setFlags(expectation.flags());
        out.getKeyBuilder()
                .setTuple(EntryCodecTest.generated(
                        expectation.tuple(), expectation.zone().id()))
                .setMask(EntryCodecTest.generated(expectation.mask(), 0))
                .setMaster(EntryCodecTest.generated(expectation.master(), 0))
                .setClass_(expectation.expectClass());
        if (expectation.helper() != null) {
            out.setHelper(expectation.helper());
        }
        if (expectation.function() != null) {
            out.setFunction(expectation.function());
        }
        Expectation.Nat nat = expectation.nat();
        if (nat != null) {
            out.setNat(EntryCodecTest.generated(nat.tuple(), 0)).setNatReplyDirection(nat.replyDirection());
        }
        return out.build();
    }

    @Test
    void theKeyStandsInTheRecordAsItIsWrittenAlone() throws Exception {
        for (int i = 0; i < CASES; i++) {
            Expectation expectation = entries.expectation();
            byte[] record = Bytes.of(expectation);
            int content = WireRecord.contentStart(record, 0, record.length);
            int start = WireRecord.keyStart(record, content);
            int length = WireRecord.keyLength(record, content, record.length);

            assertThat(Arrays.copyOfRange(record, start, start + length)).isEqualTo(Bytes.keyOf(expectation));
        }
    }

    @Test
    void anExpectationWithoutAPartOfItsKeyIsRefused() {
        SyncProto.Tuple tuple = SyncProto.Tuple.newBuilder().setProtocol(6).build();
        for (SyncProto.ExpectationKey key : new SyncProto.ExpectationKey[] {
            SyncProto.ExpectationKey.getDefaultInstance(),
            SyncProto.ExpectationKey.newBuilder()
                    .setMask(tuple)
                    .setMaster(tuple)
                    .build(),
            SyncProto.ExpectationKey.newBuilder()
                    .setTuple(tuple)
                    .setMaster(tuple)
                    .build(),
            SyncProto.ExpectationKey.newBuilder().setTuple(tuple).setMask(tuple).build()
        }) {
            byte[] bytes =
                    SyncProto.Expectation.newBuilder().setKey(key).build().toByteArray();

            assertThatThrownBy(() -> Bytes.expectation(bytes)).isInstanceOf(MalformedWireException.class);
        }
        assertThatThrownBy(() -> Bytes.expectation(new byte[0])).isInstanceOf(MalformedWireException.class);
    }
}
