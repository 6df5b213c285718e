package org.conntwin.node.demo.endpoint;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;

/** Writes a connection's segments, and knows what the peer has been told by them. */
final class TcpOutput {
    private static final long DELAYED_NANOS = 40_000_000L;
    private static final int MAX_WINDOW = 0xffff;
    private static final int IPV6_EXTRA = 20;
    private static final ByteSource NOTHING = (offset, target, length) -> {};

    private final Tuple tuple;
    private final StackOptions options;
    private final int first;
    private final ByteSource source;
    private final TcpReceiver receiver;
    private final Wire wire;
    private final PacketWriter writer;
    private int peerFirst;
    private boolean scaled;
    private boolean selective;
    private int unanswered;
    private long acknowledgeBy = Timed.NEVER;

    TcpOutput(
            Tuple tuple,
            StackOptions options,
            int first,
            ByteSource source,
            TcpReceiver receiver,
            Wire wire,
            PacketWriter writer) {
        this.tuple = tuple;
        this.options = options;
        this.first = first;
        this.source = source;
        this.receiver = receiver;
        this.wire = wire;
        this.writer = writer;
    }

    /** What the peer's SYN has announced. */
    void agree(Segment syn) {
        peerFirst = syn.sequence();
        scaled = syn.scale() >= 0 && options.windowScale() >= 0;
        selective = syn.selective() && options.selective();
    }

    boolean scaled() {
        return scaled;
    }

    boolean selective() {
        return selective;
    }

    /** The sequence number of an offset of the own stream. */
    int sequence(long offset) {
        return first + 1 + (int) offset;
    }

    /** The sequence number of an offset of the peer's stream. */
    int peerSequence(long offset) {
        return peerFirst + 1 + (int) offset;
    }

    /** Sends the SYN, or the SYN/ACK that answers the peer's. */
    void syn(boolean answer, long now) {
        int most = options.maxSegment() - (tuple.family() == Family.IPV6 ? IPV6_EXTRA : 0);
        boolean scale = answer ? scaled : options.windowScale() >= 0;
        byte[] announced = TcpOptionBytes.ofSyn(
                most, scale ? options.windowScale() : -1, answer ? selective : options.selective());
        int window = (int) receiver.advertise(MAX_WINDOW);
        int flags = answer ? Segment.SYN | Segment.ACK : Segment.SYN;
        int acknowledgment = answer ? peerFirst + 1 : 0;
        wire.send(writer.tcp(tuple, first, acknowledgment, flags, window, announced, NOTHING, 0, 0), now);
    }

    /** Sends data or a FIN, or both; they carry the acknowledgement of all that came. */
    void data(long offset, int length, boolean fin, boolean push, long now) {
        int flags = Segment.ACK | (push ? Segment.PSH : 0) | (fin ? Segment.FIN : 0);
        send(flags, offset, length, now);
    }

    /** Acknowledges all that came. */
    void acknowledge(long next, long now) {
        send(Segment.ACK, next, 0, now);
    }

    /** Acknowledges soon, unless something to send takes the acknowledgement along before. */
    void acknowledgeSoon(long now) {
        if (unanswered > 0 && acknowledgeBy == Timed.NEVER) {
            acknowledgeBy = now + DELAYED_NANOS;
        }
    }

    /** Counts a segment that wants an acknowledgement. */
    void owe() {
        unanswered++;
    }

    /** Number of segments that wait for an acknowledgement. */
    int unanswered() {
        return unanswered;
    }

    /** When the acknowledgement has to go, {@link Timed#NEVER} when none is due. */
    long acknowledgeBy() {
        return acknowledgeBy;
    }

    /** No acknowledgement is due any more. */
    void forget() {
        unanswered = 0;
        acknowledgeBy = Timed.NEVER;
    }

    /** Breaks the connection off. */
    void reset(long next, long now) {
        int acknowledgment = peerSequence(receiver.acknowledged());
        wire.send(
                writer.tcp(
                        tuple,
                        sequence(next),
                        acknowledgment,
                        Segment.RST | Segment.ACK,
                        0,
                        TcpOptionBytes.NONE,
                        NOTHING,
                        0,
                        0),
                now);
    }

    /** Refuses a segment whose acknowledgement names nothing that was ever sent. */
    void refuse(int acknowledgment, long now) {
        wire.send(writer.tcp(tuple, acknowledgment, 0, Segment.RST, 0, TcpOptionBytes.NONE, NOTHING, 0, 0), now);
    }

    private void send(int flags, long offset, int length, long now) {
        byte[] blocks = TcpOptionBytes.NONE;
        if (selective && receiver.gap()) {
            blocks = TcpOptionBytes.ofBlocks(receiver.blocks(), peerSequence(0));
            if (blocks.length + length > options.maxSegment()) {
                blocks = TcpOptionBytes.NONE;
            }
        }
        int scale = scaled ? options.windowScale() : 0;
        int window = (int) (receiver.advertise((long) MAX_WINDOW << scale) >>> scale);
        int acknowledgment = peerSequence(receiver.acknowledged());
        forget();
        wire.send(
                writer.tcp(tuple, sequence(offset), acknowledgment, flags, window, blocks, source, offset, length),
                now);
    }
}
