package org.conntwin.tracker.ctnetlink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.conntwin.tracker.netlink.Netlink;

/**
 * Steps over the attributes of a range of a buffer and reads the present one. A range that ends within
 * an attribute throws {@link MalformedMessageException}; so does a value of the wrong length.
 */
final class AttributeCursor {
    private final ByteBuffer buffer;
    private final int end;
    private int next;
    private int payload;
    private int payloadLength;
    private int type;

    AttributeCursor(ByteBuffer buffer, int from, int to) {
        this.buffer = buffer;
        this.next = from;
        this.end = to;
    }

    boolean advance() {
        if (end - next < Netlink.ATTRIBUTE_BYTES) {
            return false;
        }
        int length = Netlink.hostShort(buffer, next);
        if (length < Netlink.ATTRIBUTE_BYTES || length > end - next) {
            throw new MalformedMessageException("attribute of " + length + " bytes in " + (end - next));
        }
        type = Netlink.hostShort(buffer, next + 2) & Netlink.ATTRIBUTE_TYPE_MASK;
        payload = next + Netlink.ATTRIBUTE_BYTES;
        payloadLength = length - Netlink.ATTRIBUTE_BYTES;
        next += Netlink.aligned(length);
        return true;
    }

    int type() {
        return type;
    }

    AttributeCursor nested() {
        return new AttributeCursor(buffer, payload, payload + payloadLength);
    }

    int u8() {
        expect(1);
        return buffer.get(payload) & 0xff;
    }

    int u16() {
        expect(2);
        return buffer.getShort(payload) & 0xffff;
    }

    int u32() {
        expect(4);
        return buffer.getInt(payload);
    }

    long u64() {
        expect(8);
        return buffer.getLong(payload);
    }

    long high64() {
        expect(16);
        return buffer.getLong(payload);
    }

    long low64() {
        expect(16);
        return buffer.getLong(payload + 8);
    }

    /** 64 bits of host-order 32-bit words, from word {@code index}; words beyond the value are 0. */
    long hostWords(int index) {
        return (hostWord(index) & 0xffffffffL) | ((long) hostWord(index + 1) << 32);
    }

    private int hostWord(int index) {
        return (index + 1) * 4 <= payloadLength ? Netlink.hostInt(buffer, payload + index * 4) : 0;
    }

    String text() {
        int length = payloadLength;
        while (length > 0 && buffer.get(payload + length - 1) == 0) {
            length--;
        }
        byte[] bytes = new byte[length];
        buffer.get(payload, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private void expect(int length) {
        if (payloadLength < length) {
            throw new MalformedMessageException(
                    "attribute " + type + " has " + payloadLength + " bytes where " + length + " are needed");
        }
    }
}
