package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.userspace.packet.Packet;

/** Fields of a TCP header, read in place. Pure functions. */
final class Tcp {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;
    static final int ECE = 0x40;
    static final int CWR = 0x80;

    private static final int HEADER = 20;

    private Tcp() {}

    /** Whether the header is there, with the options that it claims. */
    static boolean whole(Packet packet) {
        int there = packet.transportLength();
        if (there < HEADER) {
            return false;
        }
        int header = packet.u8(packet.transport + 12) >>> 4 << 2;
        return header >= HEADER && header <= there;
    }

    static int flags(Packet packet) {
        return packet.u8(packet.transport + 13);
    }

    /** Of the flags that make a segment what it is, whether just these are set. */
    static boolean is(int flags, int wanted) {
        return (flags & (SYN | ACK | FIN | RST)) == wanted;
    }

    static int sequence(Packet packet) {
        return packet.i32(packet.transport + 4);
    }

    static int acknowledgment(Packet packet) {
        return packet.i32(packet.transport + 8);
    }

    static int window(Packet packet) {
        return packet.u16(packet.transport + 14);
    }
}
