package org.conntwin.tracker.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A TCP segment. */
public final class TcpPacket extends TestPacket<TcpPacket> {
    private static final String FLAGS = "FSRPAUEC";

    private final ByteArrayOutputStream options = new ByteArrayOutputStream();
    private int sequence;
    private int acknowledgment;
    private int flags;
    private int window = 65_535;
    private int dataOffset = -1;

    TcpPacket(String source, int sourcePort, String destination, int destinationPort) {
        super(source, sourcePort, destination, destinationPort);
    }

    /** Flags by their first letters, out of {@code FSRPAUEC}. */
    public TcpPacket flags(String letters) {
        flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = FLAGS.indexOf(letters.charAt(i));
            if (bit < 0) {
                throw new IllegalArgumentException("no such TCP flag among " + letters);
            }
            flags |= 1 << bit;
        }
        return this;
    }

    /** Sequence number; its low 32 bits count. */
    public TcpPacket seq(long number) {
        sequence = (int) number;
        return this;
    }

    /** Acknowledgment number; its low 32 bits count. Sets no flag. */
    public TcpPacket ack(long number) {
        acknowledgment = (int) number;
        return this;
    }

    /** The window as it stands in the header. */
    public TcpPacket window(int value) {
        window = value;
        return this;
    }

    /** Maximum segment size. */
    public TcpPacket mss(int value) {
        return option(2, 4, value >>> 8, value);
    }

    /** Window scale. */
    public TcpPacket windowScale(int shift) {
        return option(3, 3, shift);
    }

    /** SACK permitted. */
    public TcpPacket sackPermitted() {
        return option(4, 2);
    }

    /** A SACK option with one block after the other: left edge, right edge, … */
    public TcpPacket sack(long... edges) {
        option(5, 2 + 4 * edges.length);
        for (long edge : edges) {
            word(edge);
        }
        return this;
    }

    /** Timestamps, without the padding that usually goes before them. */
    public TcpPacket timestamp(long value, long echo) {
        option(8, 10);
        word(value);
        word(echo);
        return this;
    }

    /** Bytes of an option, behind those that are there; all of them are filled up to a multiple of four with 0. */
    public TcpPacket option(int... bytes) {
        options.writeBytes(bytes(bytes));
        return this;
    }

    /** The data offset as it stands in the header, in words. */
    public TcpPacket dataOffset(int words) {
        dataOffset = words;
        return this;
    }

    private void word(long number) {
        options.writeBytes(bytes((int) (number >>> 24), (int) (number >>> 16), (int) (number >>> 8), (int) number));
    }

    @Override
    int protocol() {
        return 6;
    }

    @Override
    byte[] transport() {
        int header = 20 + (options.size() + 3) / 4 * 4;
        ByteBuffer segment = ByteBuffer.allocate(header + payload.length);
        segment.putShort((short) sourcePort).putShort((short) destinationPort);
        segment.putInt(sequence).putInt(acknowledgment);
        segment.put((byte) ((dataOffset >= 0 ? dataOffset : header / 4) << 4)).put((byte) flags);
        segment.putShort((short) window).putInt(0).put(options.toByteArray());
        return segment.position(header).put(payload).array();
    }

    @Override
    void seal(byte[] transport, int pseudo) {
        ByteBuffer.wrap(transport).putShort(16, (short) checksum(transport, transport.length, pseudo));
    }

    @Override
    void spoil(byte[] transport) {
        transport[16] ^= 0x55;
    }
}
