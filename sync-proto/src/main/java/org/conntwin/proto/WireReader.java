package org.conntwin.proto;

import java.nio.charset.StandardCharsets;

/** Steps over the fields of a protobuf message within an array; every read is checked against its end. */
final class WireReader {
    private final byte[] bytes;
    private final int end;
    private int position;
    private int tagAt;
    private int field;
    private int type;
    private int start;
    private int length;
    private long value;

    WireReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
    }

    /** Moves to the next field; false at the end. */
    boolean next() throws MalformedWireException {
        if (position >= end) {
            return false;
        }
        tagAt = position;
        long tag = readVarint();
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        if (field <= 0 || tag >>> 32 != 0) {
            throw new MalformedWireException("field number out of range");
        }
        switch (type) {
            case Wire.VARINT -> value = readVarint();
            case Wire.FIXED64 -> {
                need(8);
                value = (long) Wire.LITTLE_LONG.get(bytes, position);
                position += 8;
            }
            case Wire.FIXED32 -> {
                need(4);
                value = (int) Wire.LITTLE_INT.get(bytes, position);
                position += 4;
            }
            case Wire.BYTES -> {
                long size = readVarint();
                if (size < 0 || size > end - position) {
                    throw new MalformedWireException("field " + field + " is longer than its message");
                }
                start = position;
                length = (int) size;
                position += length;
            }
            default -> throw new MalformedWireException("wire type " + type);
        }
        return true;
    }

    private void need(int count) throws MalformedWireException {
        if (end - position < count) {
            throw new MalformedWireException("message ends within field " + field);
        }
    }

    private long readVarint() throws MalformedWireException {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw new MalformedWireException("message ends within a number");
            }
            byte next = bytes[position++];
            result |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new MalformedWireException("number of more than ten bytes");
    }

    int field() {
        return field;
    }

    /** Whether the present field holds bytes. */
    boolean isBytes() {
        return type == Wire.BYTES;
    }

    /** Where the present field begins, tag included. */
    int tagAt() {
        return tagAt;
    }

    /** Where the next field begins. */
    int position() {
        return position;
    }

    int start() throws MalformedWireException {
        expectBytes();
        return start;
    }

    int length() throws MalformedWireException {
        expectBytes();
        return length;
    }

    long number() throws MalformedWireException {
        if (type == Wire.BYTES) {
            throw new MalformedWireException("field " + field + " is not a number");
        }
        return value;
    }

    int number32() throws MalformedWireException {
        return (int) number();
    }

    int zigzag() throws MalformedWireException {
        int raw = number32();
        return raw >>> 1 ^ -(raw & 1);
    }

    WireReader nested() throws MalformedWireException {
        expectBytes();
        return new WireReader(bytes, start, start + length);
    }

    String text(int longest) throws MalformedWireException {
        expectBytes();
        if (length > longest) {
            throw new MalformedWireException("field " + field + " has " + length + " bytes, at most " + longest);
        }
        return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    long high64() throws MalformedWireException {
        expectAddress();
        return (long) Wire.BIG_LONG.get(bytes, start);
    }

    long low64() throws MalformedWireException {
        expectAddress();
        return (long) Wire.BIG_LONG.get(bytes, start + 8);
    }

    byte[] array() {
        return bytes;
    }

    private void expectAddress() throws MalformedWireException {
        expectBytes();
        if (length != 16) {
            throw new MalformedWireException("an IPv6 address of " + length + " bytes");
        }
    }

    private void expectBytes() throws MalformedWireException {
        if (type != Wire.BYTES) {
            throw new MalformedWireException("field " + field + " is not bytes");
        }
    }
}
