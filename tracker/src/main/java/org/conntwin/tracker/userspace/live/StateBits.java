package org.conntwin.tracker.userspace.live;

import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.PacketState;
import org.jspecify.annotations.Nullable;

/**
 * The bits of the packet mark that tell the ruleset what a packet is: 1 new, 2 established, 4 related, 8 invalid, 16
 * untracked, 32 reply direction, 64 sent by the node itself, all from one bit on. Other bits are the ruleset's own and
 * stay as they are.
 *
 * @param shift the bit that 1 stands for, 0 to 25
 */
public record StateBits(int shift) {
    private static final int NEW = 1;
    private static final int ESTABLISHED = 2;
    private static final int RELATED = 4;
    private static final int INVALID = 8;
    private static final int UNTRACKED = 16;
    private static final int REPLY = 32;
    private static final int OWN = 64;
    private static final int STATES = NEW | ESTABLISHED | RELATED | INVALID | UNTRACKED;

    /** Checks the range. */
    public StateBits {
        if (shift < 0 || shift > 25) {
            throw new IllegalArgumentException("mark shift " + shift);
        }
    }

    /** The mark with this state in it. */
    public int mark(int mark, PacketState state, int direction) {
        int bits = switch (state) {
            case NEW -> NEW;
            case ESTABLISHED -> ESTABLISHED;
            case RELATED -> RELATED;
            case INVALID -> INVALID;
            case UNTRACKED -> UNTRACKED;
        };
        boolean reply = direction == Flow.REPLY && (state == PacketState.ESTABLISHED || state == PacketState.RELATED);
        return mark & ~((STATES | REPLY) << shift) | (reply ? bits | REPLY : bits) << shift;
    }

    /** The state that a mark tells of; null when it tells of none or of several. */
    public @Nullable PacketState state(int mark) {
        return switch (mark >>> shift & STATES) {
            case NEW -> PacketState.NEW;
            case ESTABLISHED -> PacketState.ESTABLISHED;
            case RELATED -> PacketState.RELATED;
            case INVALID -> PacketState.INVALID;
            case UNTRACKED -> PacketState.UNTRACKED;
            default -> null;
        };
    }

    /** The direction that a mark tells of, {@link Flow#ORIGINAL} or {@link Flow#REPLY}. */
    public int direction(int mark) {
        return (mark >>> shift & REPLY) != 0 ? Flow.REPLY : Flow.ORIGINAL;
    }

    /** Whether the node itself sent the packet. */
    public boolean own(int mark) {
        return (mark >>> shift & OWN) != 0;
    }

    /** The mark of packets that the node itself sends. */
    public int ownMark() {
        return OWN << shift;
    }
}
