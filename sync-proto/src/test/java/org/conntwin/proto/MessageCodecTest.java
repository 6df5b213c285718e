package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
    private static final long INCARNATION = 0xfedc_ba98_7654_3210L;

    static List<SyncMessage> messages() {
        BitSet buckets = new BitSet();
        buckets.set(0);
        buckets.set(16_383);
        BitSet few = new BitSet();
        few.set(255);
        return List.of(
                new SyncMessage.Hello(
                        SyncMessage.VERSION, List.of("a", "b"), INCARNATION, 9, RoleName.ACTIVE, "kernel", true),
                new SyncMessage.Hello(2, List.of(), 1, -1, RoleName.BACKUP, "", false),
                new SyncMessage.Hello(1, List.of(), 1, 0, RoleName.MULTI, "userspace", false),
                new SyncMessage.Hello(1, List.of(), 1, 0, RoleName.FAULT, "kernel", false),
                new SyncMessage.Progress(INCARNATION, Long.MAX_VALUE, true, 1_000_000),
                new SyncMessage.DigestRequest(INCARNATION),
                new SyncMessage.BucketRequest(INCARNATION, Kind.CONNTRACK, buckets, false),
                new SyncMessage.BucketRequest(INCARNATION, Kind.EXPECTATION, few, true),
                new SyncMessage.BucketRequest(INCARNATION, Kind.EXPECTATION, new BitSet(), false));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageComesBackAsItWas(SyncMessage message) throws MalformedWireException {
        byte[] bytes = MessageCodec.encode(message);
        byte[] within = Bytes.joined(Bytes.joined(new byte[] {1, 2, 3}, bytes), new byte[] {4, 5});

        assertThat(MessageCodec.decode(bytes, 0, bytes.length)).isEqualTo(message);
        assertThat(MessageCodec.decode(within, 3, bytes.length)).isEqualTo(message);
    }

    @Test
    void aMessageOfANewerVersionIsUnknownAndNoError() throws MalformedWireException {
        byte[] newer = {(byte) (14 << 3 | 2), 3, 1, 2, 3};

        assertThat(MessageCodec.decode(newer, 0, newer.length)).isEqualTo(new SyncMessage.Unknown());
    }

    @Test
    void whatIsOutOfItsBoundsIsRefused() {
        refused(new byte[0]);
        refused(SyncProto.SyncMessage.newBuilder()
                .setBucketRequest(SyncProto.BucketRequest.newBuilder()
                        .setKind(SyncProto.Kind.KIND_EXPECTATION)
                        .setBuckets(ByteString.copyFrom(bits(256))))
                .build()
                .toByteArray());
        refused(SyncProto.SyncMessage.newBuilder()
                .setBucketRequest(SyncProto.BucketRequest.newBuilder().setBuckets(ByteString.copyFrom(bits(16_384))))
                .build()
                .toByteArray());
        refused(SyncProto.SyncMessage.newBuilder()
                .setHello(SyncProto.Hello.newBuilder().addAllCapabilities(Collections.nCopies(65, "x")))
                .build()
                .toByteArray());
        refused(SyncProto.SyncMessage.newBuilder()
                .setBatch(SyncProto.Batch.newBuilder().setSequence(1))
                .build()
                .toByteArray());
        refused(SyncProto.SyncMessage.newBuilder()
                .setBatch(SyncProto.Batch.newBuilder().setIncarnation(1))
                .build()
                .toByteArray());
        refused(SyncProto.SyncMessage.newBuilder()
                .setBatch(SyncProto.Batch.newBuilder().setIncarnation(1).setSequence(-1))
                .build()
                .toByteArray());
    }

    private static byte[] bits(int highest) {
        BitSet bits = new BitSet();
        bits.set(highest);
        return bits.toByteArray();
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> MessageCodec.decode(bytes, 0, bytes.length))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void batchesAndUnknownMessagesAreNotWrittenHere() {
        assertThatThrownBy(() -> MessageCodec.encode(new SyncMessage.Batch(1, 1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MessageCodec.encode(new SyncMessage.Unknown()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
