package org.conntwin.tracker.userspace.protocol;

import static org.conntwin.tracker.model.SctpState.CLOSED;
import static org.conntwin.tracker.model.SctpState.ESTABLISHED;
import static org.conntwin.tracker.model.SctpState.NONE;
import static org.conntwin.tracker.model.SctpState.SHUTDOWN_ACK_SENT;
import static org.conntwin.tracker.model.SctpState.SHUTDOWN_RECD;
import static org.conntwin.tracker.model.SctpState.SHUTDOWN_SENT;

import java.util.List;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowState;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.SctpChecksum;
import org.jspecify.annotations.Nullable;

/**
 * SCTP (RFC 9260) as Linux 6.18 tracks it: chunk by chunk, each with its rule for the verification tag. A packet that
 * turns out invalid half-way leaves behind what its first chunks changed, as in the kernel.
 */
public final class SctpTracker implements ProtocolTracker {
    private static final int HEADER = 12;
    private static final int CHUNK_HEADER = 4;
    private static final int INIT_HEADER = 16;
    /** The chunk's sender has no tag of the other side and reflects the one it got. */
    private static final int REFLECTED = 1;

    private final int[] timeouts;
    private final boolean checksum;
    private final SctpChecksum sum = new SctpChecksum();
    /** Whether the packet at hand passes without refreshing its flow. */
    private boolean ignored;

    /**
     * A tracker of SCTP.
     *
     * @param timeouts lifetimes in seconds by state number, as {@link SctpState} counts
     * @param checksum whether packets with a wrong checksum are invalid
     */
    public SctpTracker(List<Integer> timeouts, boolean checksum) {
        this.timeouts = timeouts.stream().mapToInt(Integer::intValue).toArray();
        this.checksum = checksum;
    }

    @Override
    public boolean keys(Packet packet) {
        return Ports.read(packet);
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        boolean wrong = checksum && !packet.trusted && !sum.valid(packet);
        long chunks = packet.transportLength() < HEADER || wrong ? 0 : chunks(packet);
        if (chunks == 0) {
            return Judgement.INVALID;
        }
        SctpTrack track = flow.confirmed() ? known(flow) : begun(packet, chunks);
        if (track == null) {
            return Judgement.INVALID;
        }
        flow.state = track;
        int tag = packet.i32(packet.transport + 4);
        if ((chunks & SctpChunk.OWN_TAG_RULES) == 0 && tag != track.tag(direction)) {
            return Judgement.INVALID;
        }
        ignored = false;
        boolean data = (chunks & SctpChunk.bit(SctpChunk.DATA)) != 0;
        int end = packet.start + packet.length;
        for (int at = packet.transport + HEADER; end - at >= CHUNK_HEADER; at = behind(packet, at)) {
            boolean mayStray = !data && !ignored;
            if (tagFits(track, packet, at, direction, mayStray)) {
                if (!advance(flow, track, packet, at, direction)) {
                    return Judgement.INVALID;
                }
            } else if (mayStray && packet.u8(at) == SctpChunk.HEARTBEAT) {
                ignored = true;
            } else {
                return Judgement.INVALID;
            }
        }
        if (!ignored) {
            flow.refresh(timeouts[track.state], now, direction, packet.length);
        }
        return Judgement.ACCEPT;
    }

    /** The types of the packet's chunks as bits; 0 when there are none or they do not go together. */
    private static long chunks(Packet packet) {
        long seen = 0;
        int end = packet.start + packet.length;
        for (int at = packet.transport + HEADER; end - at >= CHUNK_HEADER; at = behind(packet, at)) {
            long chunk = SctpChunk.bit(packet.u8(at));
            boolean misplaced = seen != 0 && ((seen & SctpChunk.ALONE) != 0 || (chunk & SctpChunk.FIRST) != 0);
            if (misplaced || packet.u16(at + 2) == 0) {
                return 0;
            }
            seen |= chunk;
        }
        return seen;
    }

    private static int behind(Packet packet, int at) {
        return at + (packet.u16(at + 2) + 3 & ~3);
    }

    private static SctpTrack known(Flow flow) {
        return flow.state instanceof SctpTrack track ? track : new SctpTrack();
    }

    /** What the first packet of a flow teaches; null when no flow begins with it. */
    private static @Nullable SctpTrack begun(Packet packet, long chunks) {
        if ((chunks & SctpChunk.NEVER_NEW) != 0) {
            return null;
        }
        SctpTrack track = new SctpTrack();
        int tag = packet.i32(packet.transport + 4);
        int end = packet.start + packet.length;
        for (int at = packet.transport + HEADER; end - at >= CHUNK_HEADER; at = behind(packet, at)) {
            int chunk = packet.u8(at);
            if (SctpTransitions.next(Flow.ORIGINAL, chunk, NONE) == NONE) {
                return null;
            }
            if (chunk == SctpChunk.INIT) {
                // It stands alone, as was made sure of.
                return tag == 0 && hasInit(packet, at) ? SctpTrack.begunWith(packet.i32(at + CHUNK_HEADER)) : null;
            }
            if (chunk == SctpChunk.HEARTBEAT) {
                track.tag(Flow.ORIGINAL, tag);
            } else if (chunk == SctpChunk.SHUTDOWN_ACK) {
                // Out of the blue it is answered with SHUTDOWN_COMPLETE and its own tag (section 8.4).
                track.tag(Flow.REPLY, tag);
            }
        }
        return track;
    }

    /**
     * Whether the packet's tag is right for the chunk, which may teach one.
     *
     * @param mayStray whether a heartbeat or its answer may have another tag than is known
     */
    private static boolean tagFits(SctpTrack track, Packet packet, int at, int direction, boolean mayStray) {
        int tag = packet.i32(packet.transport + 4);
        return switch (packet.u8(at)) {
            case SctpChunk.INIT -> tag == 0;
            case SctpChunk.ABORT, SctpChunk.SHUTDOWN_COMPLETE -> {
                boolean reflected = (packet.u8(at + 1) & REFLECTED) != 0;
                yield tag == track.tag(reflected ? 1 - direction : direction);
            }
            case SctpChunk.COOKIE_ECHO -> tag == track.tag(direction);
            case SctpChunk.COOKIE_ACK -> {
                track.forgetInits();
                yield true;
            }
            case SctpChunk.HEARTBEAT -> track.heartbeat(direction, tag, mayStray);
            case SctpChunk.HEARTBEAT_ACK -> track.heartbeatAck(direction, tag, mayStray);
            default -> true;
        };
    }

    /** Takes the chunk's step; false when it is none that can be taken. */
    private boolean advance(Flow flow, SctpTrack track, Packet packet, int at, int direction) {
        int chunk = packet.u8(at);
        int before = track.state;
        int after = SctpTransitions.next(direction, chunk, before);
        if (after == SctpTransitions.INVALID) {
            return false;
        }
        if (chunk == SctpChunk.INIT) {
            if (!hasInit(packet, at)) {
                return false;
            }
            track.init(direction, packet.i32(at + CHUNK_HEADER));
            // A client or a translation that goes on using a port must not keep the flow alive for ever.
            ignored |= before == CLOSED && after == CLOSED && flow.confirmed();
        } else if (chunk == SctpChunk.INIT_ACK) {
            if (!hasInit(packet, at) || !track.initAck(direction, packet.i32(at + CHUNK_HEADER))) {
                return false;
            }
        }
        if (after != before) {
            track.state = after;
            flow.events |= EventBits.PROTOCOL_STATE;
            if (after == ESTABLISHED && !flow.has(Status.ASSURED)) {
                flow.status |= Status.ASSURED;
                flow.events |= EventBits.ASSURED;
            }
        }
        return true;
    }

    private static boolean hasInit(Packet packet, int at) {
        return packet.start + packet.length - at - CHUNK_HEADER >= INIT_HEADER;
    }

    @Override
    public boolean mayDropEarly(Flow flow) {
        int state = flow.state instanceof SctpTrack track ? track.state : NONE;
        return state == SHUTDOWN_SENT || state == SHUTDOWN_RECD || state == SHUTDOWN_ACK_SENT;
    }

    @Override
    public FlowState restore(@Nullable ProtocolState told) {
        return told instanceof SctpState known ? new SctpTrack(known) : new SctpTrack();
    }
}
