package org.conntwin.tracker.userspace.synproxy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * Writes segments without data, each over the last one: IP as Linux sends it (no TOS, no identification, do not
 * fragment, 64 hops), TCP with the options wanted, checksums right. Not thread-safe; nothing allocates.
 */
final class SegmentWriter {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int DO_NOT_FRAGMENT = 0x4000;
    private static final int HOPS = 64;
    private static final int ROOM = 128;

    /** The segment written last; its arrays are this writer's, from {@code start} on with room behind. */
    final Packet packet = new Packet();

    private final byte[] bytes = new byte[ROOM];

    SegmentWriter() {}

    /**
     * Writes a segment.
     *
     * @param tuple its addresses and ports
     * @param flags the header's flag byte
     * @param window as in the header
     */
    void write(TupleKey tuple, int sequence, int acknowledgment, int flags, int window, SynOptions options) {
        int transportLength = TCP_HEADER + options.length();
        int transport = tuple.family == Family.IPV4 ? IPV4_HEADER : IPV6_HEADER;
        packet.bytes = bytes;
        packet.start = 0;
        packet.length = transport + transportLength;
        packet.transport = transport;
        set(packet.key, tuple);
        if (tuple.family == Family.IPV4) {
            ipv4(tuple);
        } else {
            ipv6(tuple, transportLength);
        }
        INTS.set(bytes, transport, tuple.keys);
        INTS.set(bytes, transport + 4, sequence);
        INTS.set(bytes, transport + 8, acknowledgment);
        INTS.set(bytes, transport + 12, transportLength << 26 | flags << 16 | window);
        INTS.set(bytes, transport + 16, 0);
        options.write(bytes, transport + TCP_HEADER);
        long pseudo = (long) Protocol.TCP + transportLength + halves(tuple.sourceLow) + halves(tuple.destinationLow);
        if (tuple.family == Family.IPV6) {
            pseudo += halves(tuple.sourceHigh) + halves(tuple.destinationHigh);
        }
        SHORTS.set(bytes, transport + 16, (short) Checksums.of(bytes, transport, transportLength, pseudo));
    }

    private void ipv4(TupleKey tuple) {
        INTS.set(bytes, 0, 0x4500 << 16 | packet.length);
        INTS.set(bytes, 4, DO_NOT_FRAGMENT);
        INTS.set(bytes, 8, HOPS << 24 | Protocol.TCP << 16);
        INTS.set(bytes, 12, (int) tuple.sourceLow);
        INTS.set(bytes, 16, (int) tuple.destinationLow);
        SHORTS.set(bytes, 10, (short) Checksums.of(bytes, 0, IPV4_HEADER, 0));
    }

    private void ipv6(TupleKey tuple, int payload) {
        INTS.set(bytes, 0, 0x6000_0000);
        INTS.set(bytes, 4, payload << 16 | Protocol.TCP << 8 | HOPS);
        LONGS.set(bytes, 8, tuple.sourceHigh);
        LONGS.set(bytes, 16, tuple.sourceLow);
        LONGS.set(bytes, 24, tuple.destinationHigh);
        LONGS.set(bytes, 32, tuple.destinationLow);
    }

    private static void set(TupleKey key, TupleKey other) {
        key.family = other.family;
        key.protocol = Protocol.TCP;
        key.sourceHigh = other.sourceHigh;
        key.sourceLow = other.sourceLow;
        key.destinationHigh = other.destinationHigh;
        key.destinationLow = other.destinationLow;
        key.keys = other.keys;
    }

    private static long halves(long value) {
        return (value >>> 32) + (value & 0xffff_ffffL);
    }
}
