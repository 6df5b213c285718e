package org.conntwin.tracker.userspace.packet;

import java.util.Arrays;
import org.conntwin.tracker.userspace.packet.FragmentQueue.Part;

/** Puts datagrams together in a buffer of its own, which the next one takes again. */
final class Reassembly {
    private static final int IPV6_HEADER = 40;

    private byte[] bytes = new byte[2048];
    private long[] records = {};

    /** The numbers of the parts of the last datagram, in the order in which they came. */
    long[] records() {
        return records;
    }

    /** What stands before the data of an IPv4 packet. */
    byte[] headers(Packet packet, int from, int to) {
        return Arrays.copyOfRange(packet.bytes, from, to);
    }

    /** What stands before the fragment header of an IPv6 packet, telling of what stands behind it. */
    byte[] headers(Packet packet, Fragment fragment) {
        byte[] headers = Arrays.copyOfRange(packet.bytes, packet.start, fragment.header);
        headers[fragment.nextHeader - packet.start] = packet.bytes[fragment.header];
        return headers;
    }

    /** Has {@code packet} hold the datagram; its transport header is to be found. */
    void ipv4(byte[] headers, FragmentQueue queue, Packet packet) {
        join(headers, queue, packet);
        set16(2, packet.length);
        set16(6, 0);
        set16(10, 0);
        set16(10, Checksums.of(bytes, 0, headers.length, 0));
    }

    /** The same for IPv6. */
    void ipv6(byte[] headers, FragmentQueue queue, Packet packet) {
        join(headers, queue, packet);
        set16(4, packet.length - IPV6_HEADER);
    }

    private void join(byte[] headers, FragmentQueue queue, Packet packet) {
        int length = headers.length + queue.length;
        if (bytes.length < length) {
            bytes = new byte[1 << 17];
        }
        System.arraycopy(headers, 0, bytes, 0, headers.length);
        records = new long[queue.parts.size()];
        int count = 0;
        for (Part part : queue.parts) {
            System.arraycopy(part.data, 0, bytes, headers.length + part.offset, part.data.length);
            records[count++] = part.record;
        }
        packet.bytes = bytes;
        packet.start = 0;
        packet.length = length;
        packet.room = bytes.length;
    }

    private void set16(int index, int value) {
        bytes[index] = (byte) (value >>> 8);
        bytes[index + 1] = (byte) value;
    }
}
