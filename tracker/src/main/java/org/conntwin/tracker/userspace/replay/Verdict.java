package org.conntwin.tracker.userspace.replay;

import java.util.List;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracking;

/** What was made of a packet, in one byte that is never 0, so that millions of them can wait. */
final class Verdict {
    private static final List<PacketState> STATES = List.of(PacketState.values());
    private static final int KNOWN = 0x80;
    private static final int DROPPED = 0x40;
    private static final int REPLY = 0x20;
    private static final int STATE = 0x0f;

    /** Not for the tracker: let through. */
    static final byte UNTRACKED = of(PacketState.UNTRACKED, false, Flow.ORIGINAL);
    /** Let through as invalid. */
    static final byte INVALID = of(PacketState.INVALID, false, Flow.ORIGINAL);
    /** Dropped before the tracker saw it. */
    static final byte LOST = of(PacketState.UNTRACKED, true, Flow.ORIGINAL);

    private Verdict() {}

    static byte of(Tracking tracking) {
        return of(tracking.state, tracking.dropped, tracking.direction);
    }

    private static byte of(PacketState state, boolean dropped, int direction) {
        return (byte) (KNOWN | STATES.indexOf(state) | (dropped ? DROPPED : 0) | (direction == Flow.REPLY ? REPLY : 0));
    }

    /** Appends {@code VERDICT CTINFO DIRECTION}. */
    static void append(StringBuilder out, byte verdict) {
        PacketState state = STATES.get(verdict & STATE);
        out.append((verdict & DROPPED) != 0 ? "DROP " : "ACCEPT ").append(state.name());
        boolean directed = state != PacketState.INVALID && state != PacketState.UNTRACKED;
        out.append(!directed ? " -" : (verdict & REPLY) != 0 ? " reply" : " original");
    }
}
