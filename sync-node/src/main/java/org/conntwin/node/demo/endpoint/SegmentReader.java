package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.jspecify.annotations.Nullable;

/** Reads TCP segments out of IP packets. */
final class SegmentReader {
    private static final int HEADER_BYTES = 20;

    private SegmentReader() {}

    /** The segment in the packet; null when it is damaged. */
    static @Nullable Segment read(Packet packet) {
        int header = packet.transport;
        int length = packet.transportLength();
        if (length < HEADER_BYTES || !Checksums.transportValid(packet, Protocol.TCP)) {
            return null;
        }
        int headerBytes = packet.u8(header + 12) >>> 4 << 2;
        if (headerBytes < HEADER_BYTES || headerBytes > length) {
            return null;
        }
        packet.key.keys = packet.i32(header);
        int maxSegment = 0;
        int scale = -1;
        boolean selective = false;
        ByteBuffer blocks = ByteBuffer.wrap(packet.bytes, header, 0);
        int at = header + HEADER_BYTES;
        int end = header + headerBytes;
        while (at < end && packet.u8(at) != 0) {
            if (packet.u8(at) == 1) {
                at++;
                continue;
            }
            int size = at + 1 < end ? packet.u8(at + 1) : 0;
            if (size < 2 || size > end - at) {
                break;
            }
            switch (packet.u8(at)) {
                case 2 -> maxSegment = size == 4 ? packet.u16(at + 2) : 0;
                case 3 -> scale = size == 3 ? Math.min(packet.u8(at + 2), 14) : -1;
                case 4 -> selective = true;
                case 5 -> blocks = ByteBuffer.wrap(packet.bytes, at + 2, (size - 2) / 8 * 8);
                default -> {
                    // An option that this end does not know.
                }
            }
            at += size;
        }
        return new Segment(
                packet.key.tuple(),
                packet.i32(header + 4),
                packet.i32(header + 8),
                packet.u8(header + 13),
                packet.u16(header + 14),
                maxSegment,
                scale,
                selective,
                blocks,
                ByteBuffer.wrap(packet.bytes, header + headerBytes, length - headerBytes));
    }
}
