package org.conntwin.tracker.userspace.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;

/** The Internet checksum (RFC 1071) as the kernel verifies it before tracking. Pure functions; nothing allocates. */
public final class Checksums {
    private static final int UDP_HEADER = 8;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Checksums() {}

    /** Whether an IPv4 header of {@code length} bytes sums up. */
    public static boolean headerValid(byte[] bytes, int start, int length) {
        return fold(sum(bytes, start, length)) == 0xffff;
    }

    /**
     * Whether the packet's transport header and all behind it sum up with the pseudo header: TCP, UDP, ICMPv6.
     *
     * @param protocol the number in the pseudo header
     */
    public static boolean transportValid(Packet packet, int protocol) {
        return transportValid(packet, protocol, packet.transportLength());
    }

    /**
     * The same with a sum that covers only the first bytes: UDP-Lite.
     *
     * @param protocol the number in the pseudo header
     * @param covered bytes from the transport header on; more than there are means all
     */
    public static boolean transportValid(Packet packet, int protocol, int covered) {
        int length = packet.transportLength();
        TupleKey key = packet.key;
        long pseudo = protocol + (long) length + halves(key.sourceLow) + halves(key.destinationLow);
        if (key.family == Family.IPV6) {
            pseudo += halves(key.sourceHigh) + halves(key.destinationHigh);
        }
        return fold(pseudo + sum(packet.bytes, packet.transport, Math.min(covered, length))) == 0xffff;
    }

    /** Whether the packet's transport header and all behind it sum up alone: ICMP. */
    public static boolean plainValid(Packet packet) {
        return fold(sum(packet.bytes, packet.transport, packet.transportLength())) == 0xffff;
    }

    /** Whether a packet of TCP, UDP or ICMP, all of which is there, has a wrong checksum; false of other protocols. */
    public static boolean transportWrong(Packet packet) {
        return switch (packet.key.protocol) {
            case Protocol.TCP, Protocol.ICMPV6 -> !transportValid(packet, packet.key.protocol);
            case Protocol.UDP ->
                packet.transportLength() >= UDP_HEADER
                        && (packet.bytes[packet.transport + 6] | packet.bytes[packet.transport + 7]) != 0
                        && !transportValid(packet, Protocol.UDP);
            case Protocol.ICMP -> !plainValid(packet);
            default -> false;
        };
    }

    /**
     * The checksum that makes {@code length} bytes valid together with {@code pseudo}, when their checksum field holds
     * zero.
     *
     * @param pseudo sum of what is covered beside them; 0 for nothing
     * @return 0 to 65535
     */
    public static int of(byte[] bytes, int start, int length, long pseudo) {
        return ~fold(pseudo + sum(bytes, start, length)) & 0xffff;
    }

    /** Writes the checksum over the packet's transport header and all behind it, as if its field held zero. */
    static void write(Packet packet, int field, boolean pseudoHeader, int protocol) {
        packet.put16(field, 0);
        int length = packet.transportLength();
        TupleKey key = packet.key;
        long pseudo = 0;
        if (pseudoHeader) {
            pseudo = protocol + (long) length + halves(key.sourceLow) + halves(key.destinationLow);
            if (key.family == Family.IPV6) {
                pseudo += halves(key.sourceHigh) + halves(key.destinationHigh);
            }
        }
        packet.put16(field, of(packet.bytes, packet.transport, length, pseudo));
    }

    /** The checksum of data of which 16 bits became others (RFC 1624, equation 3). */
    public static int replaced16(int checksum, int from, int to) {
        return ~fold((~checksum & 0xffff) + (~from & 0xffff) + (to & 0xffff)) & 0xffff;
    }

    /** The same where 32 bits, at an even place, became others. */
    public static int replaced32(int checksum, int from, int to) {
        return ~fold((~checksum & 0xffff) + (~from & 0xffff_ffffL) + (to & 0xffff_ffffL)) & 0xffff;
    }

    /** The same where 64 bits, at an even place, became others. */
    public static int replaced64(int checksum, long from, long to) {
        return ~fold((~checksum & 0xffff) + halves(~from) + halves(to)) & 0xffff;
    }

    private static long sum(byte[] bytes, int start, int length) {
        long sum = 0;
        int at = start;
        int end = start + Math.max(0, length);
        for (; end - at >= 8; at += 8) {
            sum += halves((long) LONGS.get(bytes, at));
        }
        for (; end - at >= 2; at += 2) {
            sum += (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
        }
        return at < end ? sum + ((bytes[at] & 0xff) << 8) : sum;
    }

    private static long halves(long value) {
        return (value >>> 32) + (value & 0xffff_ffffL);
    }

    /** The sum of at most 2^47 as 16 bits with end-around carry. */
    private static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xffff_ffffL);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) ((folded >>> 16) + (folded & 0xffff));
    }
}
