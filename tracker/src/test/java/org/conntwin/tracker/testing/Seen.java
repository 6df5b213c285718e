package org.conntwin.tracker.testing;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.SctpChecksum;

/**
 * What a receiver sees of a packet: {@code 10.0.2.1:1024 > 10.0.2.2:80}, the id for ICMP, nothing but addresses for other
 * protocols; {@code , wrong checksum} behind it when there is one.
 */
public final class Seen {
    private Seen() {}

    /** The packet as text; what cannot be read is {@code unreadable}. */
    public static String of(byte[] bytes) {
        Packet packet = new Packet();
        PacketShape shape = new PacketReader(true).read(bytes, 0, bytes.length, bytes.length, packet);
        if (shape != PacketShape.WHOLE || packet.length != bytes.length) {
            return "unreadable";
        }
        int protocol = packet.key.protocol;
        Family family = packet.key.family;
        String source = Addresses.text(family, packet.key.sourceHigh, packet.key.sourceLow);
        String destination = Addresses.text(family, packet.key.destinationHigh, packet.key.destinationLow);
        String line = source + " > " + destination;
        if (Protocol.hasPorts(protocol)) {
            line = source + ":" + packet.u16(packet.transport) + " > " + destination + ":"
                    + packet.u16(packet.transport + 2);
        } else if (Protocol.isIcmp(protocol)) {
            line += " type " + packet.u8(packet.transport) + " id " + packet.u16(packet.transport + 4);
        }
        return line + (right(packet) ? "" : ", wrong checksum");
    }

    private static boolean right(Packet packet) {
        return switch (packet.key.protocol) {
            case Protocol.UDPLITE -> Checksums.transportValid(packet, Protocol.UDP);
            case Protocol.SCTP -> new SctpChecksum().valid(packet);
            default -> !Checksums.transportWrong(packet);
        };
    }
}
