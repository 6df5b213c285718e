package org.conntwin.tracker.userspace.tcp;

import static org.conntwin.tracker.model.TcpState.CLOSE;
import static org.conntwin.tracker.model.TcpState.CLOSE_INIT;
import static org.conntwin.tracker.model.TcpState.DATA_UNACKNOWLEDGED;
import static org.conntwin.tracker.model.TcpState.ESTABLISHED;
import static org.conntwin.tracker.model.TcpState.FIN_WAIT;
import static org.conntwin.tracker.model.TcpState.SYN_RECV;
import static org.conntwin.tracker.model.TcpState.SYN_SENT;
import static org.conntwin.tracker.model.TcpState.SYN_SENT2;
import static org.conntwin.tracker.model.TcpState.TIME_WAIT;

import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowState;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.protocol.Judgement;
import org.conntwin.tracker.userspace.protocol.ProtocolTracker;
import org.jspecify.annotations.Nullable;

/** TCP as Linux 6.18 tracks it: flags, transition table, out-of-sync recovery, resets, windows, lifetimes. */
public final class TcpTracker implements ProtocolTracker {
    private static final int PORT_BYTES = 4;
    private static final long HANGING_NANOS = 120_000_000_000L;

    private final TcpSettings settings;
    private final boolean checksum;
    private final int[] timeouts;
    private final Segment segment = new Segment();
    private final Side scratch = new Side();
    private final WindowCheck windows;
    private final OutOfSync outOfSync;
    private final Resets resets;

    /**
     * A tracker of TCP.
     *
     * @param timeouts lifetimes in seconds by state number, as {@link TcpState} counts
     * @param checksum whether segments with a wrong checksum are invalid
     */
    public TcpTracker(TcpSettings settings, List<Integer> timeouts, boolean checksum) {
        this.settings = settings;
        this.checksum = checksum;
        this.timeouts = timeouts.stream().mapToInt(Integer::intValue).toArray();
        windows = new WindowCheck(settings.beLiberal());
        outOfSync = new OutOfSync();
        resets = new Resets(settings.ignoreInvalidRst());
    }

    @Override
    public boolean keys(Packet packet) {
        if (packet.transportLength() < PORT_BYTES) {
            return false;
        }
        packet.key.keys = packet.i32(packet.transport);
        return true;
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        if (!segment.read(packet) || (checksum && !Checksums.transportValid(packet, Protocol.TCP))) {
            return Judgement.INVALID;
        }
        TcpTrack track = flow.confirmed() ? known(flow) : begun();
        if (track == null) {
            return Judgement.INVALID;
        }
        flow.state = track;
        int segmentClass = segment.segmentClass;
        int before = track.state();
        int after = Transitions.next(direction, segmentClass, before);
        boolean checkWindows = true;
        switch (after) {
            case SYN_SENT, Transitions.IGNORE -> {
                if (after == SYN_SENT && before != TIME_WAIT && before != CLOSE) {
                    break;
                }
                if (after == SYN_SENT && reopens(track, direction)) {
                    return Judgement.REPEAT;
                }
                if (!outOfSync.recovers(track, segment, direction)) {
                    outOfSync.note(track, segment, direction);
                    return Judgement.ACCEPT;
                }
                if (settings.destroyOutOfSync()) {
                    return Judgement.KILL;
                }
                outOfSync.recover(track, direction);
                before = SYN_SENT;
                after = SYN_RECV;
            }
            case Transitions.INVALID -> {
                return Judgement.INVALID;
            }
            case TIME_WAIT -> {
                if (outOfSync.isChallenge(track, segmentClass, direction)) {
                    track.lastFlags &= ~TcpTrack.CHALLENGE_EXPECTED;
                    return Judgement.ACCEPT;
                }
            }
            case SYN_SENT2 -> track.lastFlags |= (byte) TcpTrack.SIMULTANEOUS_OPEN;
            case SYN_RECV -> {
                if (direction == Flow.REPLY
                        && segmentClass == SegmentClass.ACK
                        && track.last(TcpTrack.SIMULTANEOUS_OPEN)) {
                    after = ESTABLISHED;
                }
            }
            case CLOSE -> {
                if (segmentClass == SegmentClass.RST) {
                    switch (resets.judge(flow, track, segment, direction)) {
                        case INVALID -> {
                            return Judgement.INVALID;
                        }
                        case BELIEVE -> checkWindows = false;
                        case KEEP_STATE -> after = before;
                        case KEEP_STATE_AND_BELIEVE -> {
                            after = before;
                            checkWindows = false;
                        }
                        case CHECK -> {}
                    }
                }
            }
            default -> {}
        }
        if (checkWindows) {
            switch (windows.check(flow, track, segment, direction)) {
                case IGNORE -> {
                    return Judgement.ACCEPT;
                }
                case INVALID -> {
                    hurry(flow, track, direction, now);
                    return Judgement.INVALID;
                }
                case ACCEPT -> {}
            }
        }
        return settle(flow, track, packet, direction, before, after, now);
    }

    /** The segment counts: state, flags, lifetime and what is to be told follow from it. */
    private Judgement settle(Flow flow, TcpTrack track, Packet packet, int direction, int before, int after, long now) {
        int segmentClass = segment.segmentClass;
        track.lastClass = (byte) segmentClass;
        track.lastDirection = (byte) direction;
        track.state = (byte) after;
        if (before != after) {
            flow.events |= EventBits.PROTOCOL_STATE;
            if (after == FIN_WAIT) {
                track.load(direction, scratch);
                scratch.flags |= CLOSE_INIT;
                track.store(direction, scratch);
            }
        }
        int timeout = timeout(track, segmentClass, after);
        if (!flow.has(Status.SEEN_REPLY)) {
            if (segmentClass == SegmentClass.RST) {
                flow.count(direction, packet.length);
                return Judgement.LAST;
            }
            if (segmentClass == SegmentClass.SYN && before == SYN_SENT) {
                return Judgement.ACCEPT;
            }
            if (after == ESTABLISHED) {
                timeout = Math.min(timeout, settings.unacknowledgedTimeout());
            }
        } else if (after == ESTABLISHED && (before == SYN_RECV || before == ESTABLISHED) && !flow.has(Status.ASSURED)) {
            flow.status |= Status.ASSURED;
            flow.events |= EventBits.ASSURED;
        }
        flow.refresh(timeout, now, direction, packet.length);
        return Judgement.ACCEPT;
    }

    private int timeout(TcpTrack track, int segmentClass, int state) {
        int full = timeouts[state];
        int retrans = settings.retransTimeout();
        if ((track.retransmissions & 0xff) >= settings.maxRetrans() && full > retrans) {
            return retrans;
        }
        if (segmentClass == SegmentClass.RST) {
            return timeouts[CLOSE];
        }
        if ((track.anyFlags() & DATA_UNACKNOWLEDGED) != 0 && full > settings.unacknowledgedTimeout()) {
            return settings.unacknowledgedTimeout();
        }
        return track.lastWindow == 0 && full > retrans ? retrans : full;
    }

    /** A closed connection's ports may be used again at once, by a SYN of the side that may. */
    private static boolean reopens(TcpTrack track, int direction) {
        return (track.anyFlags() & CLOSE_INIT) != 0
                || (track.lastDirection == direction && track.lastClass == SegmentClass.RST);
    }

    /** Both ends say goodbye outside the windows: such a flow is not kept for days. */
    private void hurry(Flow flow, TcpTrack track, int direction, long now) {
        int segmentClass = segment.segmentClass;
        if ((segmentClass != SegmentClass.RST && segmentClass != SegmentClass.FIN)
                || !flow.has(Status.ASSURED)
                || flow.has(Status.FIXED_TIMEOUT)) {
            return;
        }
        if (track.lastDirection != direction
                && (track.lastClass == SegmentClass.RST || track.lastClass == SegmentClass.FIN)) {
            long left = flow.end - now;
            long shortened = settings.unacknowledgedTimeout() * 1_000_000_000L;
            if (left >= HANGING_NANOS && left > shortened) {
                flow.end = now + shortened;
            }
        } else {
            track.lastClass = (byte) segmentClass;
            track.lastDirection = (byte) direction;
        }
    }

    private static TcpTrack known(Flow flow) {
        return flow.state instanceof TcpTrack track ? track : new TcpTrack();
    }

    /** The track of a flow that begins with this segment; null when it may not begin one. */
    private @Nullable TcpTrack begun() {
        int first = Transitions.next(Flow.ORIGINAL, segment.segmentClass, TcpState.NONE);
        if (first == Transitions.INVALID || (first != SYN_SENT && !settings.loose())) {
            return null;
        }
        TcpTrack track = new TcpTrack();
        track.lastClass = SegmentClass.NONE;
        scratch.clear();
        if (first == SYN_SENT) {
            scratch.begin(segment);
            track.store(Flow.ORIGINAL, scratch);
        } else {
            // Nothing is known of scales and selective acknowledgements: both sides are trusted.
            scratch.flags = TcpState.SACK_PERM | TcpState.BE_LIBERAL;
            track.store(Flow.REPLY, scratch);
            scratch.end = segment.end;
            scratch.maxWindow = Math.max(segment.window, 1);
            scratch.maxEnd = segment.end + scratch.maxWindow;
            track.store(Flow.ORIGINAL, scratch);
        }
        return track;
    }

    /** As kernel behaviour has it ({@code nf_conntrack_tcp_set_closing}): no window is asked. */
    @Override
    public void reset(Flow flow, long now) {
        if (flow.state instanceof TcpTrack track) {
            track.state = CLOSE;
            flow.events |= EventBits.PROTOCOL_STATE;
            flow.refresh(timeouts[CLOSE], now);
        }
    }

    @Override
    public boolean mayDropEarly(Flow flow) {
        return flow.state instanceof TcpTrack track && closing(track.state());
    }

    @Override
    public @Nullable FlowState restore(@Nullable ProtocolState told) {
        return told instanceof TcpState tcp ? TcpTrack.of(tcp) : new TcpTrack();
    }

    @Override
    public @Nullable FlowState updated(@Nullable FlowState present, ProtocolState told) {
        if (present instanceof TcpTrack track && told instanceof TcpState tcp && tcp.windows() == null) {
            track.update(tcp);
            return track;
        }
        return restore(told);
    }

    static boolean closing(int state) {
        return state >= FIN_WAIT && state <= CLOSE;
    }
}
