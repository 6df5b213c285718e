package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/**
 * Gives packets other addresses, keys and payloads. Checksums follow as the kernel has them follow: by the difference
 * for TCP, UDP, UDP-Lite, ICMP and the IPv4 header, so that what was damaged stays damaged; computed anew for SCTP and
 * for payloads; a UDP checksum of 0 stays 0. Nothing allocates. Not thread-safe.
 */
public final class Rewriting {
    /** The least of every transport header that has keys, and what an ICMP error quotes of it. */
    private static final int KEYED_HEADER = 8;

    private static final int TCP_HEADER = 20;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int ICMP_CHECKSUM = 2;
    private static final int ICMP_ID = 4;
    private static final int SCTP_HEADER = 12;
    private static final int GRE_VERSION = 7;
    private static final int GRE_ENHANCED = 1;
    private static final int GRE_CALL = 6;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_HEADER = 40;
    private static final int MOST_BYTES = 65_535;

    private final SctpChecksum sctp = new SctpChecksum();

    /** Makes one. */
    public Rewriting() {}

    /**
     * Gives one end of a packet the address and key that {@code to} has there; an ICMP query gets its id. The packet may
     * be one that an ICMP error quotes: what is cut off of it is passed over. {@link Packet#key} follows.
     *
     * @param source whether the source is changed, otherwise the destination
     * @param to of the packet's family and protocol; only one end and its key count
     * @return false when the transport header is too short or of an unknown version of GRE; the packet is then as it was
     */
    public boolean end(Packet packet, boolean source, TupleKey to) {
        if (!keys(packet, source, to)) {
            return false;
        }
        addresses(packet, source, to);
        return true;
    }

    /** The key first, with all that the transport's checksum covers. */
    private boolean keys(Packet packet, boolean source, TupleKey to) {
        int at = packet.transport;
        int there = packet.transportLength();
        int protocol = packet.key.protocol;
        int key = source ? to.sourceKey() : to.destinationKey();
        switch (protocol) {
            case Protocol.TCP -> {
                if (there < KEYED_HEADER) {
                    return false;
                }
                boolean summed = there >= TCP_HEADER;
                port(packet, source, key, summed ? at + TCP_CHECKSUM : -1, to);
            }
            case Protocol.UDP, Protocol.UDPLITE -> {
                if (there < KEYED_HEADER) {
                    return false;
                }
                int field = at + UDP_CHECKSUM;
                boolean summed = protocol == Protocol.UDPLITE || packet.u16(field) != 0;
                port(packet, source, key, summed ? field : -1, to);
                if (summed && packet.u16(field) == 0) {
                    packet.put16(field, 0xffff);
                }
            }
            case Protocol.SCTP -> {
                if (there < KEYED_HEADER) {
                    return false;
                }
                port(packet, source, key, -1, to);
                if (there >= SCTP_HEADER) {
                    sctp.write(packet);
                }
            }
            case Protocol.ICMP -> {
                if (there < KEYED_HEADER) {
                    return false;
                }
                if (packet.key.family == Family.IPV4 && queries(packet.u8(at))) {
                    identifier(packet, to.sourceKey());
                }
            }
            case Protocol.ICMPV6 -> {
                if (there < KEYED_HEADER) {
                    return false;
                }
                moved(packet, source, at + ICMP_CHECKSUM, to);
                if (packet.u8(at) == 128 || packet.u8(at) == 129) {
                    identifier(packet, to.sourceKey());
                }
            }
            case Protocol.GRE -> {
                if (there < KEYED_HEADER) {
                    return false;
                }
                // Packets carry the call id of their receiver alone; only those of PPTP (RFC 2637) do.
                int version = packet.u16(at) & GRE_VERSION;
                if (!source && version > GRE_ENHANCED) {
                    return false;
                }
                if (!source && version == GRE_ENHANCED) {
                    packet.put16(at + GRE_CALL, key);
                    packet.key.keys = packet.key.keys & 0xffff_0000 | key;
                }
            }
            default -> {}
        }
        return true;
    }

    /** @param field index of the checksum, -1 for none */
    private static void port(Packet packet, boolean source, int key, int field, TupleKey to) {
        int place = packet.transport + (source ? 0 : 2);
        int before = packet.u16(place);
        packet.put16(place, key);
        packet.key.keys = source ? packet.key.keys & 0xffff | key << 16 : packet.key.keys & 0xffff_0000 | key;
        if (field >= 0) {
            moved(packet, source, field, to);
            packet.put16(field, Checksums.replaced16(packet.u16(field), before, key));
        }
    }

    private static void identifier(Packet packet, int id) {
        int place = packet.transport + ICMP_ID;
        int field = packet.transport + ICMP_CHECKSUM;
        packet.put16(field, Checksums.replaced16(packet.u16(field), packet.u16(place), id));
        packet.put16(place, id);
        packet.key.keys = packet.key.keys & 0xffff | id << 16;
    }

    /** Has a checksum with a pseudo header follow the address that is to be written. */
    private static void moved(Packet packet, boolean source, int field, TupleKey to) {
        int sum = packet.u16(field);
        int at = address(packet, source);
        if (packet.key.family == Family.IPV4) {
            sum = Checksums.replaced32(sum, packet.i32(at), (int) (source ? to.sourceLow : to.destinationLow));
        } else {
            sum = Checksums.replaced64(sum, packet.i64(at), source ? to.sourceHigh : to.destinationHigh);
            sum = Checksums.replaced64(sum, packet.i64(at + 8), source ? to.sourceLow : to.destinationLow);
        }
        packet.put16(field, sum);
    }

    private static void addresses(Packet packet, boolean source, TupleKey to) {
        int at = address(packet, source);
        long high = source ? to.sourceHigh : to.destinationHigh;
        long low = source ? to.sourceLow : to.destinationLow;
        if (packet.key.family == Family.IPV4) {
            int field = packet.start + IPV4_CHECKSUM;
            packet.put16(field, Checksums.replaced32(packet.u16(field), packet.i32(at), (int) low));
            packet.put32(at, (int) low);
        } else {
            packet.put64(at, high);
            packet.put64(at + 8, low);
        }
        if (source) {
            packet.key.sourceHigh = high;
            packet.key.sourceLow = low;
        } else {
            packet.key.destinationHigh = high;
            packet.key.destinationLow = low;
        }
    }

    private static int address(Packet packet, boolean source) {
        boolean four = packet.key.family == Family.IPV4;
        return packet.start + (four ? (source ? 12 : 16) : source ? 8 : 24);
    }

    private static boolean queries(int type) {
        return switch (type) {
            case 0, 8, 13, 14, 15, 16, 17, 18 -> true;
            default -> false;
        };
    }

    /** Computes the checksum of an ICMP or ICMPv6 message anew, after what it quotes was changed. */
    public void sumIcmp(Packet packet) {
        boolean six = packet.key.protocol == Protocol.ICMPV6;
        Checksums.write(packet, packet.transport + ICMP_CHECKSUM, six, Protocol.ICMPV6);
    }

    /**
     * Puts other bytes in the place of some of a TCP segment or UDP datagram. Lengths and checksums follow; sequence
     * numbers do not.
     *
     * @param index of the first byte that is replaced, in {@link Packet#bytes}
     * @param length number of bytes that are replaced, all behind the transport header
     * @return false when the packet has no {@link Packet#room} for it or would be longer than IP allows, or is neither
     *     TCP nor UDP; it is then as it was
     */
    public boolean payload(Packet packet, int index, int length, byte[] text) {
        if (!part(packet, index, length, text)) {
            return false;
        }
        sumPayload(packet);
        return true;
    }

    /**
     * The same without the transport's checksum, which {@link #sumPayload} computes once for many parts.
     *
     * @param index of the first byte that is replaced, in {@link Packet#bytes}
     * @param length number of bytes that are replaced, all behind the transport header
     * @return false when the packet is as it was
     */
    public boolean part(Packet packet, int index, int length, byte[] text) {
        int growth = text.length - length;
        int header = packet.key.family == Family.IPV4 ? 0 : IPV6_HEADER;
        int protocol = packet.key.protocol;
        if ((growth > 0 && packet.length + growth > packet.room)
                || packet.length + growth - header > MOST_BYTES
                || (protocol != Protocol.TCP && protocol != Protocol.UDP)) {
            return false;
        }
        int behind = index + length;
        int rest = packet.start + packet.length - behind;
        if (growth != 0) {
            System.arraycopy(packet.bytes, behind, packet.bytes, behind + growth, rest);
        }
        System.arraycopy(text, 0, packet.bytes, index, text.length);
        packet.length += growth;
        if (packet.key.family == Family.IPV4) {
            int field = packet.start + IPV4_CHECKSUM;
            int before = packet.u16(packet.start + 2);
            packet.put16(field, Checksums.replaced16(packet.u16(field), before, packet.length));
            packet.put16(packet.start + 2, packet.length);
        } else {
            packet.put16(packet.start + 4, packet.length - IPV6_HEADER);
        }
        if (protocol == Protocol.UDP) {
            packet.put16(packet.transport + 4, packet.transportLength());
        }
        return true;
    }

    /** Computes the checksum of a TCP segment or UDP datagram anew, after parts of its payload were replaced. */
    public void sumPayload(Packet packet) {
        if (packet.key.protocol == Protocol.TCP) {
            Checksums.write(packet, packet.transport + TCP_CHECKSUM, true, Protocol.TCP);
            return;
        }
        int field = packet.transport + UDP_CHECKSUM;
        if (packet.u16(field) != 0) {
            Checksums.write(packet, field, true, Protocol.UDP);
            if (packet.u16(field) == 0) {
                packet.put16(field, 0xffff);
            }
        }
    }
}
