package org.conntwin.tracker.queue;

import java.nio.ByteBuffer;
import java.util.List;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.testing.Fuzz;
import org.junit.jupiter.api.Test;

/** Messages that bring a queued packet, damaged. */
class FuzzedPacketMessagesTest {
    private static final int BODY = Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;
    private static final long ALLOCATION = 4 * 1024;

    private static byte[] message() {
        ByteBuffer room = ByteBuffer.allocate(512);
        MessageWriter writer = new MessageWriter(room);
        writer.begin(QueueNumbers.type(QueueNumbers.MESSAGE_PACKET), 0, 0, 2, 0, 7);
        byte[] header = {0, 0, 1, 2, 8, 0, 4};
        writer.putBytes(QueueNumbers.PACKET_HDR, ByteBuffer.wrap(header), 0, header.length);
        writer.put32(QueueNumbers.MARK, 0x77);
        writer.put32(QueueNumbers.IFINDEX_INDEV, 3);
        writer.put32(QueueNumbers.CAP_LEN, 1400);
        writer.put32(QueueNumbers.SKB_INFO, QueueNumbers.SKB_GSO);
        writer.putBytes(QueueNumbers.PAYLOAD, ByteBuffer.wrap(new byte[40]), 0, 40);
        writer.end();
        byte[] bytes = new byte[writer.length()];
        room.get(0, bytes);
        return bytes;
    }

    @Test
    void packetsLieWithinTheirMessage() {
        Fuzz.run("queue", List.of(message()), ALLOCATION, input -> {
            QueuedPacket packet = new QueuedPacket(ByteBuffer.wrap(input));
            if (input.length < BODY || !packet.read(BODY, input.length)) {
                return false;
            }
            if (packet.length() < 0 || packet.offset() < 0 || packet.offset() + packet.length() > input.length) {
                throw new AssertionError("a packet of " + packet.length() + " bytes at " + packet.offset());
            }
            return true;
        });
    }
}
