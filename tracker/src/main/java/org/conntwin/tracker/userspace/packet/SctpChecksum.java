package org.conntwin.tracker.userspace.packet;

import java.util.zip.CRC32C;

/** SCTP's checksum (RFC 9260, appendix A). Keeps its state between packets to allocate none; not thread-safe. */
public final class SctpChecksum {
    private static final int FIELD = 8;
    private static final byte[] ZEROS = new byte[4];

    private final CRC32C crc = new CRC32C();

    /** Makes a verifier. */
    public SctpChecksum() {}

    /** Whether the packet's SCTP header and all behind it are as they were sent; false when the header is cut. */
    public boolean valid(Packet packet) {
        int behind = packet.transportLength() - FIELD - ZEROS.length;
        if (behind < 0) {
            return false;
        }
        if (packet.trusted) {
            return true;
        }
        crc.reset();
        crc.update(packet.bytes, packet.transport, FIELD);
        crc.update(ZEROS, 0, ZEROS.length);
        crc.update(packet.bytes, packet.transport + FIELD + ZEROS.length, behind);
        return packet.i32(packet.transport + FIELD) == Integer.reverseBytes((int) crc.getValue());
    }
}
