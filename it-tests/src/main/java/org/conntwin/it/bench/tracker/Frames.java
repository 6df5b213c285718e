package org.conntwin.it.bench.tracker;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Checksums;

/** IPv4 packets for the benchmarks, correct in every checksum. Pure functions. */
final class Frames {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int ACK = 0x10;

    private static final int IP = 20;
    private static final int TCP = 20;

    private Frames() {}

    /** A TCP segment of flow {@code number}: client 10.x.x.x, server 172.16.0.1:80. */
    static byte[] tcp(int number, boolean fromClient, int flags, int sequence, int acknowledgment, int payload) {
        return tcp(number, fromClient, flags, sequence, acknowledgment, new byte[0], payload);
    }

    /** The same without data, with options, a multiple of four bytes. */
    static byte[] tcp(int number, boolean fromClient, int flags, int sequence, int acknowledgment, byte[] options) {
        return tcp(number, fromClient, flags, sequence, acknowledgment, options, 0);
    }

    private static byte[] tcp(
            int number, boolean fromClient, int flags, int sequence, int acknowledgment, byte[] options, int payload) {
        byte[] bytes = new byte[IP + TCP + options.length + payload];
        ByteBuffer buffer = ip(bytes, Protocol.TCP, number, fromClient);
        buffer.putInt(sequence).putInt(acknowledgment);
        buffer.put((byte) (TCP + options.length << 2))
                .put((byte) flags)
                .putShort((short) 60_000)
                .putInt(0);
        buffer.put(options);
        seal(bytes, Protocol.TCP, 16);
        return bytes;
    }

    /** A UDP datagram of flow {@code number}. */
    static byte[] udp(int number, boolean fromClient, int payload) {
        byte[] bytes = new byte[IP + 8 + payload];
        ByteBuffer buffer = ip(bytes, Protocol.UDP, number, fromClient);
        buffer.putShort((short) (8 + payload)).putShort((short) 0);
        seal(bytes, Protocol.UDP, 6);
        return bytes;
    }

    /** Makes a packet from the client that of flow {@code number}, its checksums kept right (RFC 1624). */
    static void renumber(byte[] bytes, int number) {
        int checksum = IP + (bytes[9] == Protocol.TCP ? 16 : 6);
        int address = 0x0a00_0000 + number / 60_000;
        int port = 1024 + number % 60_000;
        replace(bytes, 12, address >>> 16, 10, checksum);
        replace(bytes, 14, address & 0xffff, 10, checksum);
        replace(bytes, IP, port, checksum, checksum);
    }

    /** Replaces the 16 bits at {@code at}, which both checksums cover; the same one twice counts once. */
    private static void replace(byte[] bytes, int at, int value, int first, int second) {
        int before = get(bytes, at);
        put(bytes, at, value);
        adjust(bytes, first, before, value);
        if (second != first) {
            adjust(bytes, second, before, value);
        }
    }

    private static void adjust(byte[] bytes, int at, int before, int after) {
        int sum = (~get(bytes, at) & 0xffff) + (~before & 0xffff) + after;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        put(bytes, at, ~sum);
    }

    private static int get(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    /** The header and the ports; the buffer stands behind them. */
    private static ByteBuffer ip(byte[] bytes, int protocol, int number, boolean fromClient) {
        int client = 0x0a00_0000 + number / 60_000;
        int clientPort = 1024 + number % 60_000;
        int server = 0xac10_0001;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.put((byte) 0x45).put((byte) 0).putShort((short) bytes.length).putInt(0);
        buffer.put((byte) 64).put((byte) protocol).putShort((short) 0);
        buffer.putInt(fromClient ? client : server).putInt(fromClient ? server : client);
        buffer.putShort((short) (fromClient ? clientPort : 80)).putShort((short) (fromClient ? 80 : clientPort));
        buffer.putShort(10, (short) Checksums.of(bytes, 0, IP, 0));
        return buffer;
    }

    private static void seal(byte[] bytes, int protocol, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long pseudo = (long) protocol + bytes.length - IP;
        for (int i = 12; i < 20; i += 2) {
            pseudo += buffer.getShort(i) & 0xffff;
        }
        buffer.putShort(IP + at, (short) Checksums.of(bytes, IP, bytes.length - IP, pseudo));
    }
}
