package org.conntwin.tracker.testing;

import java.util.Arrays;
import org.conntwin.tracker.userspace.packet.Checksums;

/** Parts of an IP packet as a router that cannot pass it whole would send them, and as it never would. */
public final class Fragments {
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT = 44;

    private final byte[] whole;
    private final int identification;

    /** Parts of {@code whole}, an IPv4 packet or an IPv6 packet without extension headers. */
    public Fragments(byte[] whole, int identification) {
        this.whole = whole.clone();
        this.identification = identification;
    }

    /** Bytes of the packet behind its IP header. */
    public int size() {
        return whole.length - header();
    }

    /** The data from one place to another, the last part being the one that ends the packet. */
    public byte[] part(int from, int to) {
        return part(from, to, to < size());
    }

    /** The data from one place, a multiple of 8, to another; {@code more} is what it says of itself. */
    public byte[] part(int from, int to, boolean more) {
        return part(from, to, from, more);
    }

    /** The data from one place to another, said to be at {@code offset}. */
    public byte[] part(int from, int to, int offset, boolean more) {
        int header = header();
        byte[] data = Arrays.copyOfRange(whole, header + from, header + to);
        boolean six = header == IPV6_HEADER;
        byte[] part = Arrays.copyOf(whole, header + (six ? 8 : 0) + data.length);
        System.arraycopy(data, 0, part, part.length - data.length, data.length);
        if (six) {
            set16(part, 4, part.length - header);
            part[6] = FRAGMENT;
            part[40] = whole[6];
            part[41] = 0;
            set16(part, 42, offset | (more ? 1 : 0));
            set16(part, 44, identification >>> 16);
            set16(part, 46, identification);
        } else {
            set16(part, 2, part.length);
            set16(part, 4, identification);
            set16(part, 6, offset >>> 3 | (more ? 0x2000 : 0));
            seal(part);
        }
        return part;
    }

    /** The same packet with these two bits of ECN. */
    public static byte[] ecn(byte[] packet, int bits) {
        byte[] marked = packet.clone();
        if (packet[0] >>> 4 == 6) {
            marked[1] |= (byte) (bits << 4);
        } else {
            marked[1] |= (byte) bits;
            seal(marked);
        }
        return marked;
    }

    private int header() {
        return whole[0] >>> 4 == 6 ? IPV6_HEADER : (whole[0] & 15) << 2;
    }

    private static void seal(byte[] packet) {
        set16(packet, 10, 0);
        set16(packet, 10, Checksums.of(packet, 0, (packet[0] & 15) << 2, 0));
    }

    private static void set16(byte[] bytes, int index, int value) {
        bytes[index] = (byte) (value >>> 8);
        bytes[index + 1] = (byte) value;
    }
}
