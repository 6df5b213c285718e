package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Protocol;

/** What a TCP segment or UDP datagram carries, read in place; reused for the next. Not thread-safe. */
public final class Payload {
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int start;
    private int length;
    private int sequence;

    /** Starts empty. */
    public Payload() {}

    /**
     * Finds the payload of a packet.
     *
     * @return whether there is any
     */
    public boolean read(Packet packet) {
        length = 0;
        int header = packet.transport;
        int room = packet.transportLength();
        int headerBytes;
        if (packet.key.protocol == Protocol.TCP && room >= TCP_HEADER) {
            headerBytes = packet.u8(header + 12) >>> 4 << 2;
            sequence = packet.i32(header + 4);
        } else if (packet.key.protocol == Protocol.UDP && room >= UDP_HEADER) {
            headerBytes = UDP_HEADER;
            sequence = 0;
        } else {
            return false;
        }
        bytes = packet.bytes;
        start = header + headerBytes;
        length = Math.max(0, room - headerBytes);
        return length > 0;
    }

    /** Number of bytes. */
    public int length() {
        return length;
    }

    /** TCP sequence number of the first byte as it stands in the header, 0 for other protocols. */
    public int sequence() {
        return sequence;
    }

    /** The unsigned byte at {@code index}, 0 to {@link #length} - 1. */
    public int at(int index) {
        return bytes[start + index] & 0xff;
    }

    /** Where in the packet's bytes the byte at {@code index} stands. */
    public int index(int index) {
        return start + index;
    }
}
