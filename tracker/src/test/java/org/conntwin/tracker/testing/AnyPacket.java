package org.conntwin.tracker.testing;

/** A packet that is payload behind the IP header, without a checksum. */
public final class AnyPacket extends TestPacket<AnyPacket> {
    private final int protocol;

    AnyPacket(int protocol, String source, String destination) {
        super(source, 0, destination, 0);
        this.protocol = protocol;
    }

    @Override
    int protocol() {
        return protocol;
    }

    @Override
    byte[] transport() {
        return payload.clone();
    }

    @Override
    void seal(byte[] transport, int pseudo) {}

    @Override
    void spoil(byte[] transport) {}
}
