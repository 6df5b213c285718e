package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.packet.Checksums;

/** Writes IP packets, checksums and all, into one buffer that the next packet uses again. */
final class PacketWriter {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int HOPS = 64;
    private static final int DO_NOT_FRAGMENT = 0x4000;

    private final ByteBuffer buffer = ByteBuffer.allocate(2_048);
    private short identification;

    /**
     * A TCP segment.
     *
     * @param options complete and padded to a multiple of four bytes
     * @param data where its {@code length} bytes of data come from, from {@code offset} on
     * @return the packet, valid until the next call
     */
    ByteBuffer tcp(
            Tuple tuple,
            int sequence,
            int acknowledgment,
            int flags,
            int window,
            byte[] options,
            ByteSource data,
            long offset,
            int length) {
        int transport = begin(tuple, TCP_HEADER + options.length + length);
        buffer.putShort((short) tuple.sourceKey()).putShort((short) tuple.destinationKey());
        buffer.putInt(sequence).putInt(acknowledgment);
        buffer.put((byte) ((TCP_HEADER + options.length) / 4 << 4)).put((byte) flags);
        buffer.putShort((short) window).putInt(0).put(options);
        if (length > 0) {
            data.fill(offset, buffer, length);
        }
        return finish(tuple, transport, transport + 16);
    }

    /** A UDP datagram with the {@code length} bytes that {@code data} has from {@code offset} on; valid until the next call. */
    ByteBuffer udp(Tuple tuple, ByteSource data, long offset, int length) {
        int transport = begin(tuple, UDP_HEADER + length);
        buffer.putShort((short) tuple.sourceKey()).putShort((short) tuple.destinationKey());
        buffer.putShort((short) (UDP_HEADER + length)).putShort((short) 0);
        data.fill(offset, buffer, length);
        return finish(tuple, transport, transport + 6);
    }

    /** Writes the IP header; where the transport header begins. */
    private int begin(Tuple tuple, int length) {
        buffer.clear();
        if (tuple.family() == Family.IPV4) {
            identification++;
            buffer.putShort((short) 0x4500).putShort((short) (IPV4_HEADER + length));
            buffer.putShort(identification).putShort((short) DO_NOT_FRAGMENT);
            buffer.put((byte) HOPS).put((byte) tuple.protocol()).putShort((short) 0);
            buffer.putInt((int) tuple.sourceLow()).putInt((int) tuple.destinationLow());
            buffer.putShort(10, (short) Checksums.of(buffer.array(), 0, IPV4_HEADER, 0));
            return IPV4_HEADER;
        }
        buffer.putInt(6 << 28).putShort((short) length);
        buffer.put((byte) tuple.protocol()).put((byte) HOPS);
        buffer.putLong(tuple.sourceHigh()).putLong(tuple.sourceLow());
        buffer.putLong(tuple.destinationHigh()).putLong(tuple.destinationLow());
        return IPV6_HEADER;
    }

    private ByteBuffer finish(Tuple tuple, int transport, int checksumAt) {
        int length = buffer.position() - transport;
        long pseudo = tuple.protocol()
                + (long) length
                + halves(tuple.sourceHigh())
                + halves(tuple.sourceLow())
                + halves(tuple.destinationHigh())
                + halves(tuple.destinationLow());
        int checksum = Checksums.of(buffer.array(), transport, length, pseudo);
        // Zero means to UDP that there is none.
        boolean none = checksum == 0 && tuple.protocol() == Protocol.UDP;
        buffer.putShort(checksumAt, (short) (none ? 0xffff : checksum));
        return buffer.flip();
    }

    private static long halves(long value) {
        return (value >>> 32) + (value & 0xffff_ffffL);
    }
}
