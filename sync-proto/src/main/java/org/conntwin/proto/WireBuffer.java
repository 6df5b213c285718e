package org.conntwin.proto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes being written in protobuf's encoding; grows up to {@link #MAX_BYTES}. Not thread-safe; reusable. */
public final class WireBuffer {
    /** Nothing on the wire is longer. */
    public static final int MAX_BYTES = 8 << 20;

    private byte[] bytes;
    private int length;

    /** Starts with room for {@code capacity} bytes. */
    public WireBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** Forgets what was written. */
    public void reset() {
        length = 0;
    }

    /** Cuts back to an earlier length. */
    public void truncate(int earlier) {
        length = earlier;
    }

    /** The array that holds the bytes; another one after growing. */
    public byte[] array() {
        return bytes;
    }

    /** Bytes written. */
    public int length() {
        return length;
    }

    /** A copy of the bytes. */
    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Appends bytes as they are. */
    public void append(byte[] source, int from, int count) {
        raw(source, from, count);
    }

    /** Writes a record that is nothing but its key. */
    public void key(byte[] source, int from, int count) {
        bytes(2, source, from, count);
    }

    /** Where the content begins of the record that was written, see {@link WireRecord#contentStart}. */
    public int contentStart() {
        try {
            return WireRecord.contentStart(bytes, 0, length);
        } catch (MalformedWireException notARecord) {
            throw new IllegalStateException("no record was written", notARecord);
        }
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            if (length + more > MAX_BYTES) {
                throw new IllegalStateException("a message would be longer than " + MAX_BYTES + " bytes");
            }
            bytes = Arrays.copyOf(bytes, Math.min(MAX_BYTES, Math.max(bytes.length * 2, length + more)));
        }
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void tag(int field, int type) {
        varint(field << 3 | type);
    }

    /** An unsigned field; left out when 0. */
    void uint(int field, long value) {
        if (value != 0) {
            tag(field, Wire.VARINT);
            varint(value);
        }
    }

    /** A zigzag field; left out when 0. */
    void sint(int field, int value) {
        uint(field, Integer.toUnsignedLong(value << 1 ^ value >> 31));
    }

    /** A 32-bit field; left out when 0. */
    void fixed32(int field, int value) {
        if (value != 0) {
            tag(field, Wire.FIXED32);
            room(4);
            Wire.LITTLE_INT.set(bytes, length, value);
            length += 4;
        }
    }

    /** A 64-bit field; left out when 0. */
    void fixed64(int field, long value) {
        if (value != 0) {
            tag(field, Wire.FIXED64);
            raw64(value);
        }
    }

    void raw64(long value) {
        room(8);
        Wire.LITTLE_LONG.set(bytes, length, value);
        length += 8;
    }

    void bytes(int field, byte[] source, int from, int count) {
        tag(field, Wire.BYTES);
        varint(count);
        raw(source, from, count);
    }

    void raw(byte[] source, int from, int count) {
        room(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    /** A string field; left out when null or empty. */
    void text(int field, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            bytes(field, utf8, 0, utf8.length);
        }
    }

    /** 16 bytes in network order. */
    void address(int field, long high, long low) {
        tag(field, Wire.BYTES);
        varint(16);
        room(16);
        Wire.BIG_LONG.set(bytes, length, high);
        Wire.BIG_LONG.set(bytes, length + 8, low);
        length += 16;
    }

    /** Opens a message that will be shorter than 128 bytes; the result goes to {@link #endShort}. */
    int beginShort(int field) {
        tag(field, Wire.BYTES);
        room(1);
        return ++length;
    }

    void endShort(int start) {
        int size = length - start;
        if (size > 0x7f) {
            throw new IllegalStateException("a nested message of " + size + " bytes is too long");
        }
        bytes[start - 1] = (byte) size;
    }
}
