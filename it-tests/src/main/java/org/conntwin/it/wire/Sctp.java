package org.conntwin.it.wire;

/** SCTP packets and their chunks (RFC 9260). */
public final class Sctp {
    public static final int DATA = 0;
    public static final int INIT = 1;
    public static final int INIT_ACK = 2;
    public static final int SACK = 3;
    public static final int HEARTBEAT = 4;
    public static final int HEARTBEAT_ACK = 5;
    public static final int ABORT = 6;
    public static final int SHUTDOWN = 7;
    public static final int SHUTDOWN_ACK = 8;
    public static final int ERROR = 9;
    public static final int COOKIE_ECHO = 10;
    public static final int COOKIE_ACK = 11;
    public static final int SHUTDOWN_COMPLETE = 14;

    private Sctp() {}

    /** A packet of chunks. */
    public static byte[] packet(int from, int to, int tag, boolean wrongChecksum, byte[]... chunks) {
        byte[] bytes = Bytes.join(new byte[12], Bytes.join(chunks));
        Bytes.put16(bytes, 0, from);
        Bytes.put16(bytes, 2, to);
        Bytes.put32(bytes, 4, tag);
        int sum = Checksum.sctp(bytes);
        Bytes.put32(bytes, 8, wrongChecksum ? sum ^ 0x1234 : sum);
        return bytes;
    }

    /**
     * A chunk, filled up to a multiple of four.
     *
     * @param length what its header says; what it should when negative
     */
    public static byte[] chunk(int type, int flags, int length, byte[] value) {
        byte[] bytes = new byte[4 + (value.length + 3 & ~3)];
        bytes[0] = (byte) type;
        bytes[1] = (byte) flags;
        Bytes.put16(bytes, 2, length < 0 ? 4 + value.length : length);
        System.arraycopy(value, 0, bytes, 4, value.length);
        return bytes;
    }

    /** INIT or INIT_ACK with this tag. */
    public static byte[] init(int type, int initTag) {
        byte[] value = new byte[16];
        Bytes.put32(value, 0, initTag);
        Bytes.put32(value, 4, 65_535);
        Bytes.put16(value, 8, 10);
        Bytes.put16(value, 10, 10);
        Bytes.put32(value, 12, 1);
        return chunk(type, 0, -1, value);
    }
}
