package org.conntwin.node.demo.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlowStreamTest {
    private static final int BYTES = 4096;

    private static ByteBuffer bytes(FlowStream stream, long offset, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        stream.fill(offset, buffer, length);
        return buffer.flip();
    }

    @Test
    void shouldGiveTheSameBytesHoweverTheStreamIsCut() {
        FlowStream stream = FlowStream.of(42, 7, 0);
        byte[] whole = new byte[BYTES];
        bytes(stream, 0, BYTES).get(whole);
        SplittableRandom random = new SplittableRandom(1);
        int offset = 0;
        while (offset < BYTES) {
            int length = Math.min(BYTES - offset, random.nextInt(1, 40));
            ByteBuffer piece = bytes(stream, offset, length);
            assertThat(piece).isEqualTo(ByteBuffer.wrap(whole, offset, length));
            assertThat(stream.matches(offset, piece)).isTrue();
            assertThat(piece.hasRemaining()).isFalse();
            offset += length;
        }
    }

    @Test
    void shouldSeeEverySingleAlteredByte() {
        FlowStream stream = FlowStream.of(42, 7, 0);
        for (int i = 0; i < 64; i++) {
            ByteBuffer piece = bytes(stream, 1000, 64);
            piece.put(i, (byte) (piece.get(i) ^ 1));
            assertThat(stream.matches(1000, piece)).isFalse();
        }
    }

    @Test
    void shouldSeeLostAndDoubledBytes() {
        FlowStream stream = FlowStream.of(42, 7, 0);
        assertThat(stream.matches(1000, bytes(stream, 1001, 32))).isFalse();
        assertThat(stream.matches(1000, bytes(stream, 999, 32))).isFalse();
        assertThat(stream.matches(1000, bytes(stream, 1008, 32))).isFalse();
    }

    @Test
    void shouldSeeBytesOfAnotherFlowDirectionOrSeed() {
        FlowStream stream = FlowStream.of(42, 7, 0);
        assertThat(stream.matches(0, bytes(FlowStream.of(42, 8, 0), 0, 32))).isFalse();
        assertThat(stream.matches(0, bytes(FlowStream.of(42, 7, 1), 0, 32))).isFalse();
        assertThat(stream.matches(0, bytes(FlowStream.of(43, 7, 0), 0, 32))).isFalse();
    }
}
