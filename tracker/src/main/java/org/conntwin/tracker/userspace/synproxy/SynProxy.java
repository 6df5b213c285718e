package org.conntwin.tracker.userspace.synproxy;

import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketSender;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.tcp.TcpStates;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/**
 * The SYN proxy of Linux (netfilter's SYNPROXY) in front of the tracker. A client's SYN is answered at once, with a
 * cookie for a sequence number, a window of 0, and nothing kept; only an ACK that brings the cookie back becomes a
 * connection to the server, and an entry. Nodes with the same {@link CookieSecret} accept each other's cookies. To and
 * from protected servers no connection is picked up in the middle, whatever the tracker's settings. Guarded by the
 * tracker's lock; a SYN or a wrong ACK allocates nothing.
 */
public final class SynProxy {
    /** What became of a packet that arrived. */
    public enum Answer {
        /** It goes on; the tracking says as what. */
        PASS,
        /** The proxy took it: it is answered, and seen no further. */
        STOLEN,
        /** It is dropped. */
        DROP
    }

    /** The way of the proxy's own packets out of the tracker: translation, then {@link Tracker#leave}. */
    public interface WayOut {
        /** A packet that has just arrived leaves; may drop it, see {@code tracking}. */
        void leave(Tracking tracking, long now);
    }

    private static final long NANOS_A_MINUTE = 60_000_000_000L;
    private static final long NANOS_A_MILLI = 1_000_000L;

    private final List<SynProxyRule> rules;
    private final boolean checksum;
    private final Cookies cookies;
    private final Tracker tracker;
    private final PacketSender sender;
    private final LearntOptions learnt = new LearntOptions();
    private final SynProxyCounters counters = new SynProxyCounters();
    private final ServerSide servers;

    private final SynOptions options = new SynOptions();
    private final SegmentWriter writer = new SegmentWriter();
    private final TupleKey back = new TupleKey();
    private long wallOffset;

    /**
     * A proxy in front of {@code tracker}.
     *
     * @param settings which servers are protected, and with which cookies
     * @param checksum whether segments with a wrong checksum are left to the tracker, which finds them invalid
     * @param sender sends what the proxy says, to clients and servers
     */
    public SynProxy(SynProxySettings settings, boolean checksum, Tracker tracker, WayOut wayOut, PacketSender sender) {
        this.rules = settings.rules();
        this.checksum = checksum;
        this.cookies = new Cookies(settings.secret());
        this.tracker = tracker;
        this.sender = sender;
        servers = new ServerSide(tracker, wayOut, sender, learnt, counters);
    }

    /** Counters since the start. */
    public SynProxyCounters counters() {
        return counters;
    }

    /**
     * Sets the wall clock that keys and cookies follow.
     *
     * @param ahead nanoseconds that it is ahead of the tracker's time; 0 at first
     */
    public void wallClock(long ahead) {
        wallOffset = ahead;
    }

    /**
     * A packet arrives: what {@link Tracker#arrive} does, with the proxy before and behind it.
     *
     * @param zone id of its zone, 0 to 65535
     * @param out takes what was found out; {@code dropped} unless the answer is to pass
     */
    public Answer arrive(Packet packet, int zone, long now, Tracking out) {
        if (packet.key.protocol == Protocol.TCP && Tcp.whole(packet)) {
            packet.key.keys = packet.i32(packet.transport);
            SynProxyRule rule = ruleTo(packet.key);
            if ((rule != null || isFromServer(packet.key))
                    && (!checksum || Checksums.transportValid(packet, Protocol.TCP))) {
                return arrive(packet, rule, zone, now, out);
            }
        }
        tracker.arrive(packet, zone, now, out);
        // A server behind a translated destination answers from an address that no rule names.
        return toClient(packet, now, out);
    }

    /** @param rule null for a packet from a protected server */
    private Answer arrive(Packet packet, @Nullable SynProxyRule rule, int zone, long now, Tracking out) {
        int flags = Tcp.flags(packet);
        boolean syn = Tcp.is(flags, Tcp.SYN);
        if (syn && rule != null) {
            answer(packet, rule, flags, now);
            return taken(out, packet, Answer.STOLEN);
        }
        boolean ack = rule != null && Tcp.is(flags, Tcp.ACK);
        Flow present = syn ? null : known(packet.key, zone, now);
        if (ack && present != null && isOver(present) && proves(packet, zone, now)) {
            return taken(out, packet, Answer.STOLEN);
        }
        if (syn || present != null) {
            tracker.arrive(packet, zone, now, out);
        } else {
            tracker.counters().invalid++;
            set(out, packet, PacketState.INVALID, false);
        }
        if (ack && out.state == PacketState.INVALID) {
            if (proves(packet, zone, now)) {
                return taken(out, packet, Answer.STOLEN);
            }
            counters.cookieInvalid++;
            return taken(out, packet, Answer.DROP);
        }
        return toClient(packet, now, out);
    }

    /** A tracked packet of a server, by its flow: it may be the proxy's to answer. */
    private Answer toClient(Packet packet, long now, Tracking out) {
        Flow flow = out.flow;
        Extras extras = flow == null ? null : flow.extras;
        if (flow != null
                && extras != null
                && extras.synProxy != null
                && out.direction == Flow.REPLY
                && packet.key.protocol == Protocol.TCP
                && Tcp.whole(packet)
                && servers.takes(packet, flow, extras.synProxy, now)) {
            return taken(out, packet, Answer.STOLEN);
        }
        return out.dropped ? Answer.DROP : Answer.PASS;
    }

    /** Answers a SYN with a cookie. */
    private void answer(Packet packet, SynProxyRule rule, int flags, long now) {
        counters.synReceived++;
        int known = rule.learn() ? learnt.of(packet.key, now) : 0;
        options.read(packet);
        int size = options.size;
        if (options.timestamp && LearntOptions.timestamp(known, rule.timestamp())) {
            int scale = LearntOptions.scale(known, rule.scale());
            boolean bothScale = options.scale != SynOptions.NO_SCALE && scale != SynOptions.NO_SCALE;
            if (!bothScale) {
                options.scale = SynOptions.NO_SCALE;
            }
            options.sackPermitted &= LearntOptions.sackPermitted(known, rule.sackPermitted());
            options.ecn = (flags & (Tcp.ECE | Tcp.CWR)) == (Tcp.ECE | Tcp.CWR) && LearntOptions.ecn(known, rule.ecn());
            options.remember((int) ((now + wallOffset) / NANOS_A_MILLI));
            if (bothScale) {
                options.scale = scale;
            }
        } else {
            options.forgetAllButSize();
        }
        if (size != 0) {
            options.size = LearntOptions.size(known, rule.mss());
        }
        int cookie = cookies.make(packet.key, Tcp.sequence(packet), size, minute(now));
        int answerFlags = options.ecn ? Tcp.SYN | Tcp.ACK | Tcp.ECE : Tcp.SYN | Tcp.ACK;
        swapEnds(packet.key);
        writer.write(back, cookie, Tcp.sequence(packet) + 1, answerFlags, 0, options);
        if (!sender.send(writer.packet.bytes, writer.packet.start, writer.packet.length)) {
            counters.unsent++;
        }
    }

    /** Whether an ACK brings a cookie back; the connection to the server is opened then. */
    private boolean proves(Packet packet, int zone, long now) {
        int sequence = Tcp.sequence(packet);
        int size = cookies.check(packet.key, sequence, Tcp.acknowledgment(packet), minute(now));
        if (size == Cookies.INVALID) {
            return false;
        }
        counters.cookieValid++;
        servers.open(packet, size > 0 ? sequence - 1 : sequence, Math.abs(size), zone, now);
        return true;
    }

    private long minute(long now) {
        return (now + wallOffset) / NANOS_A_MINUTE;
    }

    private @Nullable Flow known(TupleKey key, int zone, long now) {
        Flow flow = tracker.table().find(key, zone);
        return flow == null || flow.ended(now) ? null : flow;
    }

    /**
     * Whether the flow's connection is over, so that an ACK with a cookie is of the next one. The kernel lets it pass as
     * an old one's when it happens to fit the windows.
     */
    private static boolean isOver(Flow flow) {
        int state = TcpStates.of(flow);
        return state == TcpState.TIME_WAIT || state == TcpState.CLOSE;
    }

    private @Nullable SynProxyRule ruleTo(TupleKey key) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).isTo(key)) {
                return rules.get(i);
            }
        }
        return null;
    }

    private boolean isFromServer(TupleKey key) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).isFrom(key)) {
                return true;
            }
        }
        return false;
    }

    private void swapEnds(TupleKey key) {
        back.family = key.family;
        back.protocol = key.protocol;
        back.sourceHigh = key.destinationHigh;
        back.sourceLow = key.destinationLow;
        back.destinationHigh = key.sourceHigh;
        back.destinationLow = key.sourceLow;
        back.keys = Integer.rotateLeft(key.keys, Short.SIZE);
    }

    private static Answer taken(Tracking out, Packet packet, Answer answer) {
        set(out, packet, PacketState.UNTRACKED, true);
        return answer;
    }

    private static void set(Tracking out, Packet packet, PacketState state, boolean dropped) {
        out.packet = packet;
        out.flow = null;
        out.direction = Flow.ORIGINAL;
        out.state = state;
        out.dropped = dropped;
    }
}
