package org.conntwin.it.wire;

import java.util.Arrays;

/** Numbers in network order within byte arrays. */
public final class Bytes {
    private Bytes() {}

    /** Writes 16 bits. */
    public static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    /** Writes 32 bits. */
    public static void put32(byte[] bytes, int at, int value) {
        put16(bytes, at, value >>> 16);
        put16(bytes, at + 2, value);
    }

    /** Reads 16 bits, unsigned. */
    public static int get16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    /** Reads 32 bits. */
    public static int get32(byte[] bytes, int at) {
        return get16(bytes, at) << 16 | get16(bytes, at + 2);
    }

    /** The parts behind one another. */
    public static byte[] join(byte[]... parts) {
        byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    /** {@code length} bytes of text. */
    public static byte[] filler(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        return bytes;
    }

    /** The first {@code length} bytes, or all when there are fewer. */
    public static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, Math.min(bytes.length, Math.max(0, length)));
    }
}
