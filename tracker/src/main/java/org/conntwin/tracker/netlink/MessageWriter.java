package org.conntwin.tracker.netlink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages one behind the other into a buffer. Values are written in network order, as
 * netfilter wants them. Not thread-safe.
 */
public final class MessageWriter {
    private final ByteBuffer buffer;
    private int position;
    private int messageStart;

    /** Writes to a big-endian buffer from its start. */
    public MessageWriter(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Forgets what was written. */
    public void reset() {
        position = 0;
    }

    /** Bytes written so far. */
    public int length() {
        return position;
    }

    /** Bytes that still fit. */
    public int remaining() {
        return buffer.capacity() - position;
    }

    /** Begins a message of a netfilter subsystem: header and {@code nfgenmsg}. */
    public void begin(int type, int flags, int sequence, int family, int version) {
        begin(type, flags, sequence, family, version, 0);
    }

    /** The same for one resource of the subsystem, such as a packet queue: its number, 0 to 65535. */
    public void begin(int type, int flags, int sequence, int family, int version, int resource) {
        messageStart = position;
        Netlink.hostShort(buffer, position + Netlink.TYPE, type);
        Netlink.hostShort(buffer, position + Netlink.FLAGS, flags);
        Netlink.hostInt(buffer, position + Netlink.SEQUENCE, sequence);
        Netlink.hostInt(buffer, position + Netlink.PORT, 0);
        position += Netlink.HEADER_BYTES;
        buffer.put(position, (byte) family);
        buffer.put(position + 1, (byte) version);
        buffer.putShort(position + 2, (short) resource);
        position += Netlink.NETFILTER_HEADER_BYTES;
    }

    /** Ends the message. */
    public void end() {
        Netlink.hostInt(buffer, messageStart, position - messageStart);
    }

    /** Adds flags to the message that was begun last. */
    public void addFlags(int flags) {
        int at = messageStart + Netlink.FLAGS;
        Netlink.hostShort(buffer, at, Netlink.hostShort(buffer, at) | flags);
    }

    /** Opens a nested attribute; the result goes to {@link #endNest}. */
    public int beginNest(int type) {
        int start = position;
        Netlink.hostShort(buffer, position + 2, type | Netlink.NESTED);
        position += Netlink.ATTRIBUTE_BYTES;
        return start;
    }

    /** Closes the nested attribute that {@code start} opened. */
    public void endNest(int start) {
        Netlink.hostShort(buffer, start, position - start);
    }

    /** An 8-bit attribute. */
    public void put8(int type, int value) {
        int at = header(type, 1);
        buffer.putInt(at, 0);
        buffer.put(at, (byte) value);
    }

    /** A 16-bit attribute. */
    public void put16(int type, int value) {
        int at = header(type, 2);
        buffer.putInt(at, 0);
        buffer.putShort(at, (short) value);
    }

    /** A 32-bit attribute. */
    public void put32(int type, int value) {
        buffer.putInt(header(type, 4), value);
    }

    /** A 128-bit attribute. */
    public void put128(int type, long high, long low) {
        int at = header(type, 16);
        buffer.putLong(at, high);
        buffer.putLong(at + 8, low);
    }

    /** Two bytes, as {@code struct nf_ct_tcp_flags}. */
    public void putPair(int type, int first, int second) {
        int at = header(type, 2);
        buffer.putInt(at, 0);
        buffer.put(at, (byte) first);
        buffer.put(at + 1, (byte) second);
    }

    /** Two 32-bit numbers, as {@code struct nfqnl_msg_verdict_hdr}. */
    public void putWords(int type, int first, int second) {
        int at = header(type, 8);
        buffer.putInt(at, first);
        buffer.putInt(at + 4, second);
    }

    /** Bytes as they are. */
    public void putBytes(int type, ByteBuffer source, int from, int length) {
        int at = header(type, length);
        buffer.put(at, source, from, length);
        for (int i = length; i < Netlink.aligned(length); i++) {
            buffer.put(at + i, (byte) 0);
        }
    }

    /** A string with its terminating zero. */
    public void putString(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int at = header(type, bytes.length + 1);
        buffer.put(at, bytes);
        for (int i = bytes.length; i < Netlink.aligned(bytes.length + 1); i++) {
            buffer.put(at + i, (byte) 0);
        }
    }

    /** Bits as 32-bit words in host order, the way the kernel keeps bitmaps of labels. */
    public void putHostWords(int type, long low, long high) {
        int at = header(type, 16);
        Netlink.hostInt(buffer, at, (int) low);
        Netlink.hostInt(buffer, at + 4, (int) (low >>> 32));
        Netlink.hostInt(buffer, at + 8, (int) high);
        Netlink.hostInt(buffer, at + 12, (int) (high >>> 32));
    }

    private int header(int type, int length) {
        Netlink.hostShort(buffer, position, Netlink.ATTRIBUTE_BYTES + length);
        Netlink.hostShort(buffer, position + 2, type);
        int payload = position + Netlink.ATTRIBUTE_BYTES;
        position = payload + Netlink.aligned(length);
        return payload;
    }
}
