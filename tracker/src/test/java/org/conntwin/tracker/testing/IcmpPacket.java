package org.conntwin.tracker.testing;

import java.nio.ByteBuffer;

/** An ICMP or ICMPv6 message; its family tells which. */
public final class IcmpPacket extends TestPacket<IcmpPacket> {
    private static final int ICMPV6 = 58;

    private final boolean six;
    private final int type;
    private final int code;
    private int rest;

    IcmpPacket(String source, String destination, int type, int code) {
        super(source, 0, destination, 0);
        six = source.indexOf(':') >= 0;
        this.type = type;
        this.code = code;
    }

    /** The identifier of a query; its sequence number is 1. */
    public IcmpPacket id(int value) {
        return rest(value << 16 | 1);
    }

    /** The second word of the header, as bits. */
    public IcmpPacket rest(int bits) {
        rest = bits;
        return this;
    }

    /** The packet that an error is about. */
    public IcmpPacket about(TestPacket<?> packet) {
        return payload(packet.bytes());
    }

    @Override
    int protocol() {
        return six ? ICMPV6 : 1;
    }

    @Override
    byte[] transport() {
        ByteBuffer message = ByteBuffer.allocate(8 + payload.length);
        message.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest);
        return message.put(payload).array();
    }

    @Override
    void seal(byte[] transport, int pseudo) {
        ByteBuffer.wrap(transport).putShort(2, (short) checksum(transport, transport.length, six ? pseudo : 0));
    }

    @Override
    void spoil(byte[] transport) {
        transport[2] ^= 0x55;
    }
}
