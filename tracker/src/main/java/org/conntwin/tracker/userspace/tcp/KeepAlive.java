package org.conntwin.tracker.userspace.tcp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;

/**
 * A keep-alive (RFC 9293, section 3.8.4) on behalf of one end of a connection to the other: a bare acknowledgment whose
 * sequence number is one that was acknowledged already. A host that has the connection must answer with an
 * acknowledgment, one that has not with a reset (section 3.10.7.1), which carries just the number that the tracker
 * believes a reset by. Not thread-safe; nothing but tuples is allocated.
 */
public final class KeepAlive {
    private static final int TCP_HEADER = 20;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int WINDOW_MOST = 0xffff;
    private static final int HOPS = 64;
    private static final int ACK = 0x10;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Holds the packet that was written last, from index 0. */
    public final byte[] bytes = new byte[IPV6_HEADER + TCP_HEADER];

    private final Side asked = new Side();
    private final Side other = new Side();

    /** Starts with no packet. */
    public KeepAlive() {}

    /**
     * Whether there can be one: the connection is established, both ends' acknowledgments were seen, and nothing alters
     * its sequence numbers on the way.
     */
    public boolean possible(Flow flow) {
        if (flow.protocol() != Protocol.TCP
                || flow.has(Status.SEQ_ADJUST)
                || (flow.extras != null && flow.extras.synProxy != null)
                || !(flow.state instanceof TcpTrack track)
                || track.state() != TcpState.ESTABLISHED) {
            return false;
        }
        track.load(Flow.ORIGINAL, asked);
        track.load(Flow.REPLY, other);
        return asked.has(TcpState.MAXACK_SET) && other.has(TcpState.MAXACK_SET);
    }

    /**
     * Writes the packet to one end of a flow for which it is {@link #possible}.
     *
     * @param side the end that is asked: {@link Flow#ORIGINAL} the one that began the flow, or {@link Flow#REPLY}
     * @return its length in bytes
     */
    public int write(Flow flow, int side) {
        if (!(flow.state instanceof TcpTrack track)) {
            return 0;
        }
        track.load(side, asked);
        track.load(1 - side, other);
        // The end sends by this tuple; what comes to it has the ends swapped.
        Tuple tuple = flow.tuple(side).inverted();
        boolean six = flow.family() == Family.IPV6;
        int at = six ? IPV6_HEADER : IPV4_HEADER;
        put16(at, tuple.sourceKey());
        put16(at + 2, tuple.destinationKey());
        INTS.set(bytes, at + 4, asked.maxAck - 1);
        INTS.set(bytes, at + 8, other.maxAck);
        put16(at + 12, TCP_HEADER << 10 | ACK);
        put16(at + 14, window());
        INTS.set(bytes, at + 16, 0);
        long pseudo = Protocol.TCP
                + TCP_HEADER
                + halves(tuple.sourceLow())
                + halves(tuple.destinationLow())
                + (six ? halves(tuple.sourceHigh()) + halves(tuple.destinationHigh()) : 0);
        put16(at + 16, Checksums.of(bytes, at, TCP_HEADER, pseudo));
        if (six) {
            ipv6(tuple);
        } else {
            ipv4(tuple);
        }
        return at + TCP_HEADER;
    }

    /** What the other end offered at most, as its header would tell it. */
    private int window() {
        return (int) Math.min(WINDOW_MOST, Integer.toUnsignedLong(other.maxWindow) >>> other.scale);
    }

    private void ipv4(Tuple tuple) {
        put16(0, 0x4500);
        put16(2, IPV4_HEADER + TCP_HEADER);
        put16(4, 0);
        put16(6, DONT_FRAGMENT);
        put16(8, HOPS << 8 | Protocol.TCP);
        put16(10, 0);
        INTS.set(bytes, 12, (int) tuple.sourceLow());
        INTS.set(bytes, 16, (int) tuple.destinationLow());
        put16(10, Checksums.of(bytes, 0, IPV4_HEADER, 0));
    }

    private void ipv6(Tuple tuple) {
        INTS.set(bytes, 0, 0x6000_0000);
        put16(4, TCP_HEADER);
        put16(6, Protocol.TCP << 8 | HOPS);
        LONGS.set(bytes, 8, tuple.sourceHigh());
        LONGS.set(bytes, 16, tuple.sourceLow());
        LONGS.set(bytes, 24, tuple.destinationHigh());
        LONGS.set(bytes, 32, tuple.destinationLow());
    }

    private void put16(int at, int value) {
        SHORTS.set(bytes, at, (short) value);
    }

    private static long halves(long value) {
        return (value >>> 32) + (value & 0xffff_ffffL);
    }
}
