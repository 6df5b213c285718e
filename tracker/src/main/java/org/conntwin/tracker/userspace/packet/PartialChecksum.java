package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/**
 * The transport checksum of a packet whose sender left it to the network card: completed, or left to whoever cuts the
 * packet into segments. Pure functions; nothing allocates.
 */
public final class PartialChecksum {
    private static final int TCP_FIELD = 16;
    private static final int UDP_FIELD = 6;

    private PartialChecksum() {}

    /**
     * Leaves the checksum of UDP datagrams that are joined in one packet to the kernel, which cuts the packet: it makes
     * each datagram's from the sum of the pseudo header, complete or not as the whole was ({@code __udp_gso_segment}).
     */
    public static void leave(Packet packet) {
        int field = packet.transport + UDP_FIELD;
        if (field + 2 <= packet.start + packet.length) {
            int sum = ~Checksums.of(packet.bytes, packet.transport, 0, pseudo(packet));
            packet.put16(field, sum & 0xffff);
        }
    }

    /** Writes the checksum of a TCP segment or UDP datagram; other packets stay as they are. */
    public static void complete(Packet packet) {
        int field = packet.transport
                + switch (packet.key.protocol) {
                    case Protocol.TCP -> TCP_FIELD;
                    case Protocol.UDP -> UDP_FIELD;
                    default -> Integer.MAX_VALUE / 2;
                };
        if (field + 2 > packet.start + packet.length) {
            return;
        }
        byte[] bytes = packet.bytes;
        bytes[field] = 0;
        bytes[field + 1] = 0;
        int sum = Checksums.of(bytes, packet.transport, packet.transportLength(), pseudo(packet));
        // In UDP zero means that there is none.
        int written = sum == 0 && packet.key.protocol == Protocol.UDP ? 0xffff : sum;
        bytes[field] = (byte) (written >>> 8);
        bytes[field + 1] = (byte) written;
    }

    /** From the header itself: the packet's key may tell of what it was before. */
    private static long pseudo(Packet packet) {
        long sum = packet.key.protocol + (long) packet.transportLength();
        int first = packet.key.family == Family.IPV4 ? 12 : 8;
        int bytes = packet.key.family == Family.IPV4 ? 8 : 32;
        for (int at = packet.start + first; at < packet.start + first + bytes; at += 4) {
            sum += Integer.toUnsignedLong(packet.i32(at));
        }
        return sum;
    }
}
