package org.conntwin.tracker.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A UDP or UDP-Lite datagram. */
public final class UdpPacket extends TestPacket<UdpPacket> {
    private static final int UDP = 17;

    private final int protocol;
    private int length = -1;
    private int checksum = -1;
    private int pseudoProtocol;

    UdpPacket(int protocol, String source, int sourcePort, String destination, int destinationPort) {
        super(source, sourcePort, destination, destinationPort);
        this.protocol = protocol;
        pseudoProtocol = protocol;
    }

    /** The length field; in UDP-Lite the coverage, over which the checksum then goes where that is possible. */
    public UdpPacket length(int value) {
        length = value;
        return this;
    }

    /** The checksum as it stands in the header. */
    public UdpPacket checksum(int value) {
        checksum = value;
        return this;
    }

    /** Sums the pseudo header as that of UDP, which is how Linux verifies UDP-Lite when it tracks. */
    public UdpPacket summedAsUdp() {
        pseudoProtocol = UDP;
        return this;
    }

    @Override
    int protocol() {
        return protocol;
    }

    @Override
    byte[] transport() {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
        datagram.putShort((short) sourcePort).putShort((short) destinationPort);
        datagram.putShort((short) (length >= 0 ? length : datagram.capacity())).putShort((short) 0);
        return datagram.put(payload).array();
    }

    @Override
    void seal(byte[] transport, int pseudo) {
        int covered = protocol != UDP && length >= 8 ? Math.min(length, transport.length) : transport.length;
        int sum = checksum(Arrays.copyOf(transport, covered), covered, pseudo - protocol + pseudoProtocol);
        int written = checksum >= 0 ? checksum : sum == 0 ? 0xffff : sum;
        ByteBuffer.wrap(transport).putShort(6, (short) written);
    }

    @Override
    void spoil(byte[] transport) {
        transport[6] ^= 0x55;
    }
}
