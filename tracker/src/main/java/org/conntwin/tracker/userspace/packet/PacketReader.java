package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Family;

/**
 * Reads the IP header and, for IPv6, the extension headers behind it. What the kernel refuses in {@code ip_rcv} and
 * {@code ip6_rcv}, or where {@code nf_conntrack} finds no transport header, is {@link PacketShape#MALFORMED}; no bytes
 * make it throw. Not thread-safe.
 */
public final class PacketReader {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT_HEADER = 8;
    private static final int FRAGMENT_OFFSET_END = 4;
    private static final int OPTION_HEADER = 2;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int NO_NEXT_HEADER = 59;
    private static final int DESTINATION = 60;

    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET = 0x1fff;

    private final boolean checksum;

    /** Describes the last packet that was a {@link PacketShape#FRAGMENT}. */
    public final Fragment fragment = new Fragment();

    /** @param checksum whether an IPv4 header with a wrong checksum is malformed */
    public PacketReader(boolean checksum) {
        this.checksum = checksum;
    }

    /**
     * Reads a packet of either version.
     *
     * @param bytes holds the packet; kept by {@code packet}, not copied
     * @param start index of the IP header
     * @param captured bytes that are there from {@code start} on, at least 0
     * @param wire bytes that there were before a capture cut them, at least {@code captured}; padding may be among them
     * @param packet takes what was read; what it holds after {@code MALFORMED} or {@code CUT} is of no use
     * @return never {@link PacketShape#NOT_IP}: the caller knows from the layer below that this is IP
     */
    public PacketShape read(byte[] bytes, int start, int captured, int wire, Packet packet) {
        if (captured == 0) {
            return missing(captured, wire, 1);
        }
        return switch (bytes[start] >> 4) {
            case 4 -> readIpv4(bytes, start, captured, wire, packet);
            case 6 -> readIpv6(bytes, start, captured, wire, packet);
            default -> PacketShape.MALFORMED;
        };
    }

    /** The same where the layer below says that it is IPv4. */
    public PacketShape readIpv4(byte[] bytes, int start, int captured, int wire, Packet packet) {
        if (captured < IPV4_HEADER) {
            return missing(captured, wire, IPV4_HEADER);
        }
        packet.bytes = bytes;
        packet.start = start;
        packet.room = captured;
        int header = (bytes[start] & 0xf) << 2;
        int length = packet.u16(start + 2);
        if (bytes[start] >> 4 != 4 || header < IPV4_HEADER || length < header) {
            return PacketShape.MALFORMED;
        }
        if (length > captured) {
            return missing(captured, wire, length);
        }
        if (checksum && !Checksums.headerValid(bytes, start, header)) {
            return PacketShape.MALFORMED;
        }
        packet.length = length;
        packet.transport = start + header;
        TupleKey key = packet.key;
        key.family = Family.IPV4;
        key.protocol = packet.u8(start + 9);
        key.sourceHigh = 0;
        key.sourceLow = Integer.toUnsignedLong(packet.i32(start + 12));
        key.destinationHigh = 0;
        key.destinationLow = Integer.toUnsignedLong(packet.i32(start + 16));
        int part = packet.u16(start + 6);
        if ((part & (MORE_FRAGMENTS | OFFSET)) == 0) {
            return PacketShape.WHOLE;
        }
        fragment.cut = false;
        fragment.identification = packet.u16(start + 4);
        fragment.offset = (part & OFFSET) << 3;
        fragment.more = (part & MORE_FRAGMENTS) != 0;
        fragment.data = packet.transport;
        fragment.header = start;
        fragment.nextHeader = start + 9;
        return PacketShape.FRAGMENT;
    }

    /** The same where the layer below says that it is IPv6. */
    public PacketShape readIpv6(byte[] bytes, int start, int captured, int wire, Packet packet) {
        if (captured < IPV6_HEADER) {
            return missing(captured, wire, IPV6_HEADER);
        }
        packet.bytes = bytes;
        packet.start = start;
        packet.room = captured;
        if ((bytes[start] >> 4 & 0xf) != 6) {
            return PacketShape.MALFORMED;
        }
        int payload = packet.u16(start + 4);
        int next = packet.u8(start + 6);
        // A payload length of 0 before hop-by-hop options is a jumbogram's; the kernel leaves its end alone.
        boolean jumbo = payload == 0 && next == HOP_BY_HOP;
        int length = jumbo ? wire : IPV6_HEADER + payload;
        if (length > captured) {
            return missing(captured, wire, length);
        }
        packet.length = length;
        TupleKey key = packet.key;
        key.family = Family.IPV6;
        key.sourceHigh = packet.i64(start + 8);
        key.sourceLow = packet.i64(start + 16);
        key.destinationHigh = packet.i64(start + 24);
        key.destinationLow = packet.i64(start + 32);
        return walk(packet, next, payload != 0);
    }

    /**
     * Finds the transport header of a packet that was a fragment: of the whole datagram, or of a first part that goes on
     * alone, whose fragment header is one more to pass over.
     *
     * @return {@code WHOLE}, or {@code MALFORMED} when there is none
     */
    public PacketShape unfragmented(Packet packet) {
        if (packet.key.family == Family.IPV6) {
            return walk(packet, packet.u8(packet.start + 6), false);
        }
        packet.transport = packet.start + ((packet.bytes[packet.start] & 0xf) << 2);
        return PacketShape.WHOLE;
    }

    /** Walks the extension headers as {@code ipv6_skip_exthdr} does. */
    private PacketShape walk(Packet packet, int first, boolean mayBeFragment) {
        int next = first;
        int nextHeader = packet.start + 6;
        int at = packet.start + IPV6_HEADER;
        int end = packet.start + packet.length;
        while (isExtension(next)) {
            if (next == FRAGMENT && mayBeFragment && at <= end) {
                describe(packet, at, nextHeader);
                return PacketShape.FRAGMENT;
            }
            if (next == NO_NEXT_HEADER || end - at < OPTION_HEADER) {
                return PacketShape.MALFORMED;
            }
            int size;
            if (next == FRAGMENT) {
                // Who passes over it reads no further than the offset.
                if (end - at < FRAGMENT_OFFSET_END) {
                    return PacketShape.MALFORMED;
                }
                int part = packet.u16(at + 2);
                if ((part & ~7) != 0) {
                    return PacketShape.MALFORMED;
                }
                size = FRAGMENT_HEADER;
            } else {
                int told = packet.u8(at + 1);
                size = next == AUTHENTICATION ? told + 2 << 2 : told + 1 << 3;
            }
            next = packet.u8(at);
            nextHeader = at;
            at += size;
        }
        packet.key.protocol = next;
        // Headers that claim more than there is: to a protocol with ports there are none, others have none to miss.
        packet.transport = Math.min(at, end);
        return PacketShape.WHOLE;
    }

    private void describe(Packet packet, int at, int nextHeader) {
        fragment.cut = packet.start + packet.length - at < FRAGMENT_HEADER;
        int part = fragment.cut ? 0 : packet.u16(at + 2);
        fragment.identification = fragment.cut ? 0 : packet.i32(at + 4);
        fragment.offset = part & ~7;
        fragment.more = (part & 1) != 0;
        fragment.data = at + FRAGMENT_HEADER;
        fragment.header = at;
        fragment.nextHeader = nextHeader;
    }

    private static boolean isExtension(int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, NO_NEXT_HEADER, DESTINATION -> true;
            default -> false;
        };
    }

    /** Bytes that should be there are not: the capture's doing, when they were there on the wire. */
    private static PacketShape missing(int captured, int wire, int needed) {
        return captured < wire && needed <= wire ? PacketShape.CUT : PacketShape.MALFORMED;
    }
}
