package org.conntwin.tracker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.junit.jupiter.api.Test;

class QueuedPacketTest {
    private static final int BODY = Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;

    private final ByteBuffer buffer = ByteBuffer.allocate(512);
    private final MessageWriter writer = new MessageWriter(buffer);
    private final QueuedPacket packet = new QueuedPacket(buffer);

    private int message(boolean named) {
        writer.reset();
        writer.begin(QueueNumbers.type(QueueNumbers.MESSAGE_PACKET), 0, 0, 2, 0, 7);
        if (named) {
            byte[] header = {0, 0, 1, 2, 8, 0, 4};
            writer.putBytes(QueueNumbers.PACKET_HDR, ByteBuffer.wrap(header), 0, header.length);
        }
        writer.put32(QueueNumbers.MARK, 0x77);
        writer.put32(QueueNumbers.IFINDEX_INDEV, 3);
        writer.put32(QueueNumbers.IFINDEX_OUTDEV, 4);
        writer.put32(QueueNumbers.CAP_LEN, 1400);
        writer.put32(QueueNumbers.SKB_INFO, QueueNumbers.SKB_GSO | QueueNumbers.SKB_CSUMNOTREADY);
        writer.putBytes(QueueNumbers.PAYLOAD, ByteBuffer.wrap(new byte[] {0x45, 9, 8}), 0, 3);
        writer.end();
        return writer.length();
    }

    @Test
    void everyFieldIsReadWhereItLies() {
        assertThat(packet.read(BODY, message(true))).isTrue();

        assertThat(packet.id()).isEqualTo(0x102);
        assertThat(packet.protocol()).isEqualTo(0x800);
        assertThat(packet.hook()).isEqualTo(4);
        assertThat(packet.mark()).isEqualTo(0x77);
        assertThat(packet.inDevice()).isEqualTo(3);
        assertThat(packet.outDevice()).isEqualTo(4);
        assertThat(packet.wholeLength()).isEqualTo(1400);
        assertThat(packet.joined()).isTrue();
        assertThat(packet.checksumPending()).isTrue();
        assertThat(packet.checksumUnverified()).isFalse();
        assertThat(packet.length()).isEqualTo(3);
        assertThat(packet.buffer().get(packet.offset())).isEqualTo((byte) 0x45);
    }

    @Test
    void whatNamesNoPacketIsNone() {
        assertThat(packet.read(BODY, message(false))).isFalse();
    }

    @Test
    void nothingOfAnEarlierPacketIsLeft() {
        assertThat(packet.read(BODY, message(true))).isTrue();
        writer.reset();
        writer.begin(0, 0, 0, 0, 0);
        writer.putBytes(QueueNumbers.PACKET_HDR, ByteBuffer.wrap(new byte[7]), 0, 7);
        writer.end();

        assertThat(packet.read(BODY, writer.length())).isTrue();
        assertThat(packet.mark()).isZero();
        assertThat(packet.length()).isZero();
        assertThat(packet.joined()).isFalse();
    }

    @Test
    void rubbishIsReadWithoutHarm() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            int length = message(true);
            for (int changed = 0; changed < 4; changed++) {
                buffer.put(BODY + random.nextInt(length - BODY), (byte) random.nextInt());
            }
            int end = BODY + random.nextInt(length - BODY + 1);
            if (packet.read(BODY, end)) {
                assertThat(packet.offset() + packet.length()).isLessThanOrEqualTo(end);
            }
        }
    }
}
