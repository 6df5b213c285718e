package org.conntwin.tracker.userspace.tcp;

import static org.conntwin.tracker.userspace.tcp.Sequence.after;
import static org.conntwin.tracker.userspace.tcp.Sequence.before;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Sequence numbers of flows whose payload was rewritten to another length: what one end sends and what the other
 * acknowledges are moved apart by as much (kernel behaviour: {@code nf_conntrack_seqadj}). Nothing allocates but
 * {@link #note}. Pure functions on flows and packets.
 */
public final class SequenceShift {
    private static final int HEADER_BYTES = 20;
    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int FLAGS = 13;
    private static final int CHECKSUM = 16;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOTHING = 1;
    private static final int OPTION_SACK = 5;
    private static final int SACK_BLOCK = 8;
    private static final SequenceAdjustment IDLE = new SequenceAdjustment(0, 0, 0);

    private SequenceShift() {}

    /**
     * The payload of a segment became longer or shorter.
     *
     * @param direction of the segment
     * @param sequence its number as its sender has it
     * @param growth bytes that it grew by, negative when it shrank
     */
    public static void note(Flow flow, int direction, int sequence, int growth) {
        if (growth == 0) {
            return;
        }
        flow.status |= Status.SEQ_ADJUST;
        Extras extras = flow.extras();
        // Whoever has an adjustment of one direction has one of the other (kernel behaviour), if only to do nothing.
        SequenceAdjustment forward = extras.originalAdjustment == null ? IDLE : extras.originalAdjustment;
        SequenceAdjustment back = extras.replyAdjustment == null ? IDLE : extras.replyAdjustment;
        boolean original = direction == Flow.ORIGINAL;
        extras.originalAdjustment = original ? grown(forward, sequence, growth) : forward;
        extras.replyAdjustment = original ? back : grown(back, sequence, growth);
    }

    /** A rewritten segment that comes again, or came before what is adjusted already, changes nothing. */
    private static SequenceAdjustment grown(SequenceAdjustment now, int sequence, int growth) {
        return now.offsetBefore() == now.offsetAfter() || before(now.position(), sequence)
                ? new SequenceAdjustment(sequence, now.offsetAfter(), now.offsetAfter() + growth)
                : now;
    }

    /** Moves the numbers of a segment of the flow, the edges of selective acknowledgements among them. */
    public static void apply(Flow flow, Packet packet, int direction) {
        Extras extras = flow.extras;
        if (extras == null
                || !flow.has(Status.SEQ_ADJUST)
                || packet.key.protocol != Protocol.TCP
                || packet.transportLength() < HEADER_BYTES) {
            return;
        }
        SequenceAdjustment own = of(extras, direction);
        SequenceAdjustment other = of(extras, 1 - direction);
        int at = packet.transport;
        int field = at + CHECKSUM;
        if (own != null) {
            int sequence = packet.i32(at + SEQUENCE);
            int offset = after(sequence, own.position()) ? own.offsetAfter() : own.offsetBefore();
            packet.replace32(at + SEQUENCE, sequence + offset, field);
        }
        if (other != null && (packet.u8(at + FLAGS) & Segment.ACK) != 0) {
            packet.replace32(at + ACKNOWLEDGMENT, back(other, packet.i32(at + ACKNOWLEDGMENT)), field);
            selective(packet, other, field);
        }
    }

    /** A number that acknowledges what was moved, as the one who sent it knows it. */
    private static int back(SequenceAdjustment moved, int number) {
        boolean behind = after(number - moved.offsetBefore(), moved.position());
        return number - (behind ? moved.offsetAfter() : moved.offsetBefore());
    }

    private static void selective(Packet packet, SequenceAdjustment moved, int field) {
        int header = packet.transport;
        int at = header + HEADER_BYTES;
        int end = header + Math.min(packet.u8(header + 12) >>> 4 << 2, packet.transportLength());
        while (at < end) {
            int kind = packet.u8(at);
            if (kind == OPTION_END) {
                return;
            }
            if (kind == OPTION_NOTHING) {
                at++;
                continue;
            }
            int size = at + 1 < end ? packet.u8(at + 1) : 0;
            if (size < 2 || size > end - at) {
                return;
            }
            if (kind == OPTION_SACK && size > 2 && (size - 2) % SACK_BLOCK == 0) {
                for (int edge = at + 2; edge < at + size; edge += 4) {
                    packet.replace32(edge, back(moved, packet.i32(edge)), field);
                }
            }
            at += size;
        }
    }

    /** By how much the numbers that {@code direction} sends are moved, at {@code sequence}. */
    static int offset(Flow flow, int direction, int sequence) {
        Extras extras = flow.extras;
        SequenceAdjustment moved = extras == null ? null : of(extras, direction);
        if (moved == null) {
            return 0;
        }
        return after(sequence, moved.position()) ? moved.offsetAfter() : moved.offsetBefore();
    }

    private static @Nullable SequenceAdjustment of(Extras extras, int direction) {
        return direction == Flow.ORIGINAL ? extras.originalAdjustment : extras.replyAdjustment;
    }
}
