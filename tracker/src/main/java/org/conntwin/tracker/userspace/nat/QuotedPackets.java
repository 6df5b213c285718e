package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * ICMP errors of translated flows: what they quote is a packet that was translated, and must look to its sender as he
 * sent it. Not thread-safe.
 */
final class QuotedPackets {
    private static final int ICMP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int ICMP_REDIRECT = 5;
    private static final int ICMPV6_REDIRECT = 137;

    private final Rewriting rewriting;
    private final PacketReader reader = new PacketReader(false);
    private final Packet quoted = new Packet();

    QuotedPackets(Rewriting rewriting) {
        this.rewriting = rewriting;
    }

    /** Whether a related packet is an error, which speaks of its flow but is none of its packets. */
    static boolean isError(Packet packet) {
        return Protocol.isIcmp(packet.key.protocol);
    }

    /** Whether it has its receiver send elsewhere, who knows other addresses than the one who says so. */
    static boolean isRedirect(Packet packet) {
        int type = packet.u8(packet.transport);
        return packet.key.protocol == Protocol.ICMP ? type == ICMP_REDIRECT : type == ICMPV6_REDIRECT;
    }

    /**
     * Changes one end of the packet that an error quotes, and the error's checksum.
     *
     * @param to what the quoted packet's end becomes
     * @return false when what is quoted is too short
     */
    boolean end(Packet error, boolean source, TupleKey to) {
        if (!read(error)) {
            return false;
        }
        quoted.key.keys = 0;
        if (!rewriting.end(quoted, source, to)) {
            return false;
        }
        rewriting.sumIcmp(error);
        return true;
    }

    private boolean read(Packet error) {
        int at = error.transport + ICMP_HEADER;
        int there = error.start + error.length - at;
        boolean four = error.key.family == Family.IPV4;
        if (there < (four ? IPV4_HEADER : IPV6_HEADER)) {
            return false;
        }
        quoted.bytes = error.bytes;
        quoted.start = at;
        quoted.length = there;
        quoted.room = there;
        quoted.key.family = error.key.family;
        if (four) {
            quoted.key.protocol = quoted.u8(at + 9);
        }
        return reader.unfragmented(quoted) == PacketShape.WHOLE && quoted.transport <= at + there;
    }
}
