package org.conntwin.tracker.queue;

import static org.conntwin.tracker.queue.QueueNumbers.*;

import java.nio.ByteBuffer;
import org.conntwin.tracker.netlink.Netlink;

/** A packet of a queue, read where it lies in the receive buffer. One object serves all, so nothing is allocated. */
public final class QueuedPacket {
    private static final int PACKET_PROTOCOL = 4;
    private static final int PACKET_HOOK = 6;

    private final ByteBuffer buffer;
    private int id;
    private int protocol;
    private int hook;
    private int mark;
    private int inDevice;
    private int outDevice;
    private int payload;
    private int payloadLength;
    private int wholeLength;
    private int info;

    QueuedPacket(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /**
     * Reads the attributes between {@code from} (behind the {@code nfgenmsg}) and {@code to}; false when they are
     * malformed or name no packet.
     */
    boolean read(int from, int to) {
        clear();
        boolean named = false;
        int at = from;
        while (at + Netlink.ATTRIBUTE_BYTES <= to) {
            int length = Netlink.hostShort(buffer, at);
            if (length < Netlink.ATTRIBUTE_BYTES || length > to - at) {
                return false;
            }
            int value = at + Netlink.ATTRIBUTE_BYTES;
            int bytes = length - Netlink.ATTRIBUTE_BYTES;
            int type = Netlink.hostShort(buffer, at + 2) & Netlink.ATTRIBUTE_TYPE_MASK;
            if (type == PACKET_HDR && bytes >= PACKET_HDR_BYTES) {
                named = true;
                id = buffer.getInt(value);
                protocol = buffer.getShort(value + PACKET_PROTOCOL) & 0xffff;
                hook = buffer.get(value + PACKET_HOOK);
            } else if (type == PAYLOAD) {
                payload = value;
                payloadLength = bytes;
            } else if (bytes >= Integer.BYTES) {
                number(type, buffer.getInt(value));
            }
            at += Netlink.aligned(length);
        }
        if (wholeLength < payloadLength) {
            wholeLength = payloadLength;
        }
        return named;
    }

    private void number(int type, int value) {
        switch (type) {
            case MARK -> mark = value;
            case IFINDEX_INDEV -> inDevice = value;
            case IFINDEX_OUTDEV -> outDevice = value;
            case CAP_LEN -> wholeLength = value;
            case SKB_INFO -> info = value;
            default -> {}
        }
    }

    private void clear() {
        id = 0;
        protocol = 0;
        hook = 0;
        mark = 0;
        inDevice = 0;
        outDevice = 0;
        payload = 0;
        payloadLength = 0;
        wholeLength = 0;
        info = 0;
    }

    /** By which a verdict names it; rises by one from packet to packet of a queue and may wrap. */
    public int id() {
        return id;
    }

    /** EtherType: 0x0800 IPv4, 0x86dd IPv6. */
    public int protocol() {
        return protocol;
    }

    /** The hook that it waits in: 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting. */
    public int hook() {
        return hook;
    }

    /** Its packet mark; 0 when it has none. */
    public int mark() {
        return mark;
    }

    /** Index of the device that it came in by; 0 for none. */
    public int inDevice() {
        return inDevice;
    }

    /** Index of the device that it is to leave by; 0 before routing. */
    public int outDevice() {
        return outDevice;
    }

    /** What holds the packet: big endian, absolute access, from {@link #offset} on. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where its network header begins. */
    public int offset() {
        return payload;
    }

    /** Bytes that were handed over; 0 with {@code copyBytes} 0. */
    public int length() {
        return payloadLength;
    }

    /** Bytes of the whole packet, as far as the kernel tells: it does where it handed over fewer. */
    public int wholeLength() {
        return wholeLength;
    }

    /** Whether several segments are joined in it. */
    public boolean joined() {
        return (info & SKB_GSO) != 0;
    }

    /** Whether its transport checksum is not filled in yet; it is not wrong, and is filled in on the way out. */
    public boolean checksumPending() {
        return (info & SKB_CSUMNOTREADY) != 0;
    }

    /** Whether nobody has checked its checksum so far. */
    public boolean checksumUnverified() {
        return (info & SKB_CSUM_NOTVERIFIED) != 0;
    }
}
