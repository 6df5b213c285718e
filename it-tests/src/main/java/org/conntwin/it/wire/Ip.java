package org.conntwin.it.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.model.Family;

/** IP headers of both families around a payload. */
public final class Ip {
    private static final int HOP_LIMIT = 64;
    private static final int FRAGMENT_HEADER = 44;

    private Ip() {}

    /** A whole packet. */
    public static byte[] packet(Ends ends, boolean fromServer, int protocol, byte[] payload) {
        return packet(ends, fromServer, protocol, new byte[0], payload);
    }

    /**
     * A whole packet.
     *
     * @param headers IPv4: options, a multiple of four bytes; IPv6: extension headers, {@code protocol} being what the
     *     IPv6 header names as the next one
     */
    public static byte[] packet(Ends ends, boolean fromServer, int protocol, byte[] headers, byte[] payload) {
        return ends.family() == Family.IPV4
                ? ipv4(ends, fromServer, protocol, 0, headers, payload)
                : ipv6(ends, fromServer, protocol, Bytes.join(headers, payload));
    }

    private static byte[] ipv4(
            Ends ends, boolean fromServer, int protocol, int offsetField, byte[] options, byte[] payload) {
        int header = 20 + options.length;
        byte[] bytes = Bytes.join(new byte[20], options, payload);
        bytes[0] = (byte) (0x40 | header / 4);
        Bytes.put16(bytes, 2, bytes.length);
        Bytes.put16(bytes, 6, offsetField);
        bytes[8] = HOP_LIMIT;
        bytes[9] = (byte) protocol;
        System.arraycopy(ends.source(fromServer), 0, bytes, 12, 4);
        System.arraycopy(ends.destination(fromServer), 0, bytes, 16, 4);
        Bytes.put16(bytes, 10, Checksum.plain(bytes, 0, header));
        return bytes;
    }

    private static byte[] ipv6(Ends ends, boolean fromServer, int next, byte[] payload) {
        byte[] bytes = Bytes.join(new byte[40], payload);
        bytes[0] = 0x60;
        Bytes.put16(bytes, 4, payload.length);
        bytes[6] = (byte) next;
        bytes[7] = HOP_LIMIT;
        System.arraycopy(ends.source(fromServer), 0, bytes, 8, 16);
        System.arraycopy(ends.destination(fromServer), 0, bytes, 24, 16);
        return bytes;
    }

    /**
     * The part of a datagram from {@code from} to {@code to}.
     *
     * @param whole transport header and data
     * @param from a multiple of 8
     * @param more whether further parts are promised
     */
    public static byte[] fragment(
            Ends ends, boolean fromServer, int protocol, byte[] whole, int from, int to, boolean more) {
        byte[] part = Arrays.copyOfRange(whole, from, to);
        if (ends.family() == Family.IPV4) {
            return ipv4(ends, fromServer, protocol, from / 8 | (more ? 0x2000 : 0), new byte[0], part);
        }
        byte[] header = new byte[8];
        header[0] = (byte) protocol;
        Bytes.put16(header, 2, from | (more ? 1 : 0));
        return ipv6(ends, fromServer, FRAGMENT_HEADER, Bytes.join(header, part));
    }

    /** All parts of a datagram, of so many bytes each, a multiple of 8. */
    public static List<byte[]> fragments(Ends ends, boolean fromServer, int protocol, byte[] whole, int size) {
        List<byte[]> parts = new ArrayList<>();
        for (int from = 0; from < whole.length; from += size) {
            int to = Math.min(whole.length, from + size);
            parts.add(fragment(ends, fromServer, protocol, whole, from, to, to < whole.length));
        }
        return parts;
    }

    /**
     * Gives a packet its number: IPv4's identification, IPv6's flow label, and the identification of a fragment of
     * either. Connection tracking looks at them for fragments only.
     *
     * @param number 0 to 65535
     */
    public static void number(byte[] packet, int number) {
        if (packet[0] >>> 4 == 4) {
            Bytes.put16(packet, 4, number);
            int header = (packet[0] & 0xf) * 4;
            Bytes.put16(packet, 10, 0);
            Bytes.put16(packet, 10, Checksum.plain(packet, 0, Math.min(header, packet.length)));
        } else {
            Bytes.put16(packet, 2, number);
            if (packet[6] == FRAGMENT_HEADER && packet.length >= 48) {
                Bytes.put32(packet, 44, number);
            }
        }
    }

    /** Whether both packets are fragments, or may be, of one datagram by their number. */
    public static boolean sameDatagram(byte[] one, byte[] other) {
        return one[0] >>> 4 == other[0] >>> 4
                && fragmentNumber(one) == fragmentNumber(other)
                && fragmentNumber(one) != 0;
    }

    /** The number of a fragment's datagram; 0 for a packet that is whole. */
    private static int fragmentNumber(byte[] packet) {
        if (packet[0] >>> 4 == 4) {
            return (Bytes.get16(packet, 6) & 0x3fff) == 0 ? 0 : Bytes.get16(packet, 4);
        }
        return packet[6] == FRAGMENT_HEADER && packet.length >= 48 ? Bytes.get32(packet, 44) : 0;
    }
}
