package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketSender;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.tcp.TcpStates;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to servers for clients that brought their cookie back: SYN, the server's answer, and the ACKs to
 * both sides; what the two sequence spaces and clocks are apart is kept with the flow. Guarded by the tracker's lock.
 */
final class ServerSide {
    private final Tracker tracker;
    private final SynProxy.WayOut wayOut;
    private final PacketSender sender;
    private final LearntOptions learnt;
    private final SynProxyCounters counters;

    private final SynOptions options = new SynOptions();
    private final SegmentWriter writer = new SegmentWriter();
    private final TupleKey key = new TupleKey();
    private final Tracking own = new Tracking();

    ServerSide(
            Tracker tracker,
            SynProxy.WayOut wayOut,
            PacketSender sender,
            LearntOptions learnt,
            SynProxyCounters counters) {
        this.tracker = tracker;
        this.wayOut = wayOut;
        this.sender = sender;
        this.learnt = learnt;
        this.counters = counters;
    }

    /**
     * Sends the client's SYN to its server; here its flow begins.
     *
     * @param ack the client's ACK
     * @param sequence the initial sequence number of the client
     * @param size the maximum segment size of the client
     */
    void open(Packet ack, int sequence, int size, int zone, long now) {
        options.read(ack);
        if (options.timestamp) {
            options.recall();
        } else {
            options.forgetAllButSize();
        }
        options.size = size;
        int cookie = Tcp.acknowledgment(ack) - 1;
        int flags = options.ecn ? Tcp.SYN | Tcp.ECE | Tcp.CWR : Tcp.SYN;
        // The acknowledgement number does not count in a SYN; the kernel's has the cookie there, too.
        writer.write(ack.key, sequence, cookie, flags, Tcp.window(ack), options);
        tracker.arrive(writer.packet, zone, now, own);
        Flow flow = own.flow;
        if (own.dropped || flow == null) {
            return;
        }
        begin(flow, cookie, options.timestamp ? options.echo : 0);
        out(now);
    }

    /**
     * Keeps what the client was told. A flow whose connection still seems to live keeps its clock and numbers, too, until
     * the server's answer shows that it is over.
     */
    private void begin(Flow flow, int cookie, int timestamp) {
        int state = TcpStates.of(flow);
        Extras extras = flow.extras();
        SynProxyOffsets before = extras.synProxy;
        boolean lives = flow.confirmed();
        if (lives && state == TcpState.CLOSE) {
            counters.connReopened++;
            extras.replyAdjustment = null;
            lives = false;
        } else if (lives && state == TcpState.SYN_SENT) {
            counters.cookieRetrans++;
        } else if (lives && before == null) {
            // It never went through the proxy, so its numbers are its ends' own.
            return;
        }
        extras.synProxy =
                new SynProxyOffsets(cookie, timestamp, lives && before != null ? before.timestampOffset() : 0);
        flow.events |= EventBits.SYN_PROXY;
    }

    /**
     * Whether a server's segment of a flow is the proxy's: the answer to its SYN. It is taken care of then.
     *
     * @param offsets of the flow
     */
    boolean takes(Packet packet, Flow flow, SynProxyOffsets offsets, long now) {
        int flags = Tcp.flags(packet);
        if (Tcp.is(flags, Tcp.SYN | Tcp.ACK) && TcpStates.of(flow) == TcpState.SYN_RECV) {
            opened(packet, flow, flow.extras(), offsets, now);
            return true;
        }
        if (Tcp.is(flags, Tcp.ACK) && TcpStates.of(flow) == TcpState.SYN_SENT) {
            reset(packet, flow, now);
            return true;
        }
        boolean refuses = Tcp.is(flags, Tcp.RST | Tcp.ACK) && Tcp.sequence(packet) == 0;
        if ((flags & Tcp.RST) != 0 && (refuses || flow.extras().replyAdjustment == null)) {
            // The client is to believe it. Other resets stand where their connection is (the kernel moves them, too).
            adjust(flow, flow.extras(), offsets.initialSequence() + 1 - Tcp.sequence(packet));
        }
        return false;
    }

    /**
     * The server has a connection already, which a node that is no more opened for the client; its numbers are not known
     * here. It is reset, as a host that began anew would (RFC 9293, section 3.5.1), and opened again when the client
     * asks again.
     */
    private void reset(Packet packet, Flow flow, long now) {
        options.clear();
        key.set(flow.original());
        writer.write(key, Tcp.acknowledgment(packet), 0, Tcp.RST, 0, options);
        own.packet = writer.packet;
        own.flow = flow;
        own.direction = Flow.ORIGINAL;
        own.state = PacketState.ESTABLISHED;
        own.dropped = false;
        out(now);
    }

    private void opened(Packet packet, Flow flow, Extras extras, SynProxyOffsets offsets, long now) {
        Tuple original = flow.original();
        int sequence = Tcp.sequence(packet);
        int acknowledgment = Tcp.acknowledgment(packet);
        options.read(packet);
        options.ecn = (Tcp.flags(packet) & Tcp.ECE) != 0;
        TcpState known = (TcpState) (flow.state == null ? null : flow.state.model());
        learn(original, known, offsets, now);
        int scale = options.scale == SynOptions.NO_SCALE ? 0 : options.scale;
        int ahead = options.timestamp ? options.value - offsets.initialTimestamp() : 0;
        extras.synProxy = new SynProxyOffsets(offsets.initialSequence(), offsets.initialTimestamp(), ahead);
        extras.replyAdjustment = null;
        flow.events |= EventBits.SYN_PROXY;

        options.forgetAllButTimestamp();
        options.swapTimestamp();
        key.set(original);
        writer.write(key, acknowledgment, sequence + 1, Tcp.ACK, clientWindow(known), options);
        tracker.arrive(writer.packet, flow.zone().originalId(), now, own);
        if (!own.dropped && own.state != PacketState.INVALID) {
            out(now);
        }

        adjust(flow, extras, offsets.initialSequence() - sequence);
        options.swapTimestamp();
        options.value -= ahead;
        key.set(original.inverted());
        int window = Tcp.window(packet) >>> scale;
        writer.write(key, offsets.initialSequence() + 1, acknowledgment, Tcp.ACK, window, options);
        send();
        tracker.tell(flow, now);
    }

    private void learn(Tuple original, @Nullable TcpState known, SynProxyOffsets offsets, long now) {
        key.set(original);
        int asked = known == null ? 0 : known.originalFlags();
        learnt.note(
                key,
                options,
                (asked & TcpState.WINDOW_SCALE) != 0,
                (asked & TcpState.SACK_PERM) != 0,
                offsets.initialTimestamp() != 0,
                now);
    }

    /** The window that the client announced in its ACK, which was its SYN's to the server. */
    private static int clientWindow(@Nullable TcpState known) {
        return known == null || known.windows() == null
                ? 0
                : Math.min(0xffff, known.windows().original().maxWindow());
    }

    private static void adjust(Flow flow, Extras extras, int offset) {
        if (offset != 0) {
            extras.replyAdjustment = new SequenceAdjustment(0, offset, offset);
            flow.status |= Status.SEQ_ADJUST;
            flow.events |= EventBits.SEQUENCE_ADJUSTMENT;
        }
    }

    private void out(long now) {
        wayOut.leave(own, now);
        if (!own.dropped) {
            send();
        }
    }

    private void send() {
        Packet packet = writer.packet;
        if (!sender.send(packet.bytes, packet.start, packet.length)) {
            counters.unsent++;
        }
    }
}
