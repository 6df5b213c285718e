package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.jspecify.annotations.Nullable;

/** What the tracker found out about one packet; goes with it from its arrival to where it leaves. Reusable. */
public final class Tracking {
    /** What the ruleset is told. */
    public PacketState state = PacketState.UNTRACKED;
    /** Direction of the packet, for a related one that of the flow it speaks of. */
    public int direction;
    /** Whether the tracker itself drops the packet. */
    public boolean dropped;
    /** The flow, null for invalid and untracked packets. */
    public @Nullable Flow flow;
    /** The packet itself, for helpers; who gets its bytes anew before it leaves puts that packet here. */
    public @Nullable Packet packet;

    /** Starts as untracked. */
    public Tracking() {}

    void set(PacketState newState, @Nullable Flow newFlow, int newDirection) {
        state = newState;
        flow = newFlow;
        direction = newDirection;
        dropped = false;
    }
}
