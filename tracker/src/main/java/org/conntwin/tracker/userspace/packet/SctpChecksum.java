package org.conntwin.tracker.userspace.packet;

import java.util.zip.CRC32C;

/** SCTP's checksum (RFC 9260, appendix A). Keeps its state between packets to allocate none; not thread-safe. */
public final class SctpChecksum {
    private static final int FIELD = 8;
    private static final byte[] ZEROS = new byte[4];

    private final CRC32C crc = new CRC32C();

    /** Makes a verifier. */
    public SctpChecksum() {}

    /** Writes the checksum of the packet's SCTP header and all behind it; the header is there. */
    void write(Packet packet) {
        packet.put32(packet.transport + FIELD, Integer.reverseBytes(sum(packet)));
    }

    /** Whether the packet's SCTP header and all behind it are as they were sent; false when the header is cut. */
    public boolean valid(Packet packet) {
        return packet.transportLength() >= FIELD + ZEROS.length
                && packet.i32(packet.transport + FIELD) == Integer.reverseBytes(sum(packet));
    }

    private int sum(Packet packet) {
        crc.reset();
        crc.update(packet.bytes, packet.transport, FIELD);
        crc.update(ZEROS, 0, ZEROS.length);
        crc.update(
                packet.bytes, packet.transport + FIELD + ZEROS.length, packet.transportLength() - FIELD - ZEROS.length);
        return (int) crc.getValue();
    }
}
