package org.conntwin.tracker.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** An SCTP packet; its payload stands behind its chunks. */
public final class SctpPacket extends TestPacket<SctpPacket> {
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

    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private int tag;

    SctpPacket(String source, int sourcePort, String destination, int destinationPort) {
        super(source, sourcePort, destination, destinationPort);
    }

    /** Verification tag. */
    public SctpPacket tag(int value) {
        tag = value;
        return this;
    }

    /** A chunk without flags. */
    public SctpPacket chunk(int type, int... value) {
        return flagged(type, 0, value);
    }

    /** A chunk with flags; filled up to a multiple of four. */
    public SctpPacket flagged(int type, int flags, int... value) {
        return sized(type, flags, 4 + value.length, value);
    }

    /** A chunk that tells another length than it has. */
    public SctpPacket sized(int type, int flags, int length, int... value) {
        chunks.writeBytes(bytes(type, flags, length >>> 8, length));
        chunks.writeBytes(bytes(value));
        while (chunks.size() % 4 != 0) {
            chunks.write(0);
        }
        return this;
    }

    /** INIT. */
    public SctpPacket init(int initTag) {
        return chunk(INIT, handshake(initTag));
    }

    /** INIT ACK. */
    public SctpPacket initAck(int initTag) {
        return chunk(INIT_ACK, handshake(initTag));
    }

    private static int[] handshake(int tag) {
        return new int[] {tag >>> 24, tag >>> 16, tag >>> 8, tag, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1};
    }

    @Override
    int protocol() {
        return 132;
    }

    @Override
    byte[] transport() {
        ByteBuffer packet = ByteBuffer.allocate(12 + chunks.size() + payload.length);
        packet.putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(tag)
                .putInt(0);
        return packet.put(chunks.toByteArray()).put(payload).array();
    }

    @Override
    void seal(byte[] transport, int pseudo) {
        CRC32C crc = new CRC32C();
        crc.update(transport);
        ByteBuffer.wrap(transport).order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
    }

    @Override
    void spoil(byte[] transport) {
        transport[8] ^= 0x55;
    }
}
