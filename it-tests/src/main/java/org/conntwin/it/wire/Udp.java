package org.conntwin.it.wire;

import org.conntwin.tracker.model.Protocol;

/** UDP and UDP-Lite datagrams. */
public final class Udp {
    private Udp() {}

    /** What the checksum field says. */
    public enum Sum {
        /** Over all that is there. */
        RIGHT,
        /** Over what the length field tells, where that is less. */
        OVER_LENGTH,
        WRONG,
        /** Zero: not computed. */
        NONE
    }

    /** A UDP datagram with the right length. */
    public static byte[] datagram(Ends ends, boolean fromServer, int from, int to, byte[] data) {
        return datagram(ends, fromServer, from, to, data, 8 + data.length, Sum.RIGHT);
    }

    /**
     * A UDP datagram.
     *
     * @param length what its header says
     */
    public static byte[] datagram(Ends ends, boolean fromServer, int from, int to, byte[] data, int length, Sum sum) {
        byte[] bytes = Bytes.join(new byte[8], data);
        Bytes.put16(bytes, 0, from);
        Bytes.put16(bytes, 2, to);
        Bytes.put16(bytes, 4, length);
        byte[] summed = sum == Sum.OVER_LENGTH && length >= 8 ? Bytes.cut(bytes, length) : bytes;
        int right = Checksum.transport(ends, fromServer, Protocol.UDP, summed, summed.length);
        Bytes.put16(bytes, 6, field(right, sum));
        return bytes;
    }

    /**
     * A UDP-Lite datagram (RFC 3828).
     *
     * @param coverage bytes that the checksum covers, as the header says; 0 for all
     * @param protocol number in the pseudo header: 136 is right, Linux verifies with 17
     */
    public static byte[] lite(
            Ends ends, boolean fromServer, int from, int to, byte[] data, int coverage, int protocol, Sum sum) {
        byte[] bytes = Bytes.join(new byte[8], data);
        Bytes.put16(bytes, 0, from);
        Bytes.put16(bytes, 2, to);
        Bytes.put16(bytes, 4, coverage);
        int covered = coverage < 8 || coverage > bytes.length ? bytes.length : coverage;
        Bytes.put16(bytes, 6, field(Checksum.transport(ends, fromServer, protocol, bytes, covered), sum));
        return bytes;
    }

    private static int field(int right, Sum sum) {
        return switch (sum) {
            case RIGHT, OVER_LENGTH -> right == 0 ? 0xffff : right;
            case WRONG -> right == 0x1234 ? 0x4321 : 0x1234;
            case NONE -> 0;
        };
    }
}
