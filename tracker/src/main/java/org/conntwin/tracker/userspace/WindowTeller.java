package org.conntwin.tracker.userspace;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.tcp.MovingWindows;
import org.jspecify.annotations.Nullable;

/** Tells the table's listener of TCP windows that move without an event. Guarded by the table's lock. */
final class WindowTeller {
    /** Flows whose windows move at a time and are kept track of, some 40 bytes each. */
    private static final int MOVING_FLOWS = 1 << 16;

    private final MovingWindows windows = new MovingWindows(MOVING_FLOWS);
    private final EventQueue events;
    private long told;

    WindowTeller(EventQueue events) {
        this.events = events;
    }

    /**
     * A packet left.
     *
     * @param changed bits of {@link EventBits} that were told as it left
     */
    void left(Flow flow, int changed, long now) {
        if (!flow.confirmed() || flow.has(Status.DYING) || !events.heard()) {
            return;
        }
        if ((changed & EventBits.PROTOCOL_STATE) != 0) {
            windows.told(flow);
        } else if (windows.moved(flow, now)) {
            tell(flow, now);
        }
    }

    /** Tells of windows whose time has come, at most so many; whether more may be due. */
    boolean tellDue(long now, int most) {
        for (int i = 0; i < most; i++) {
            @Nullable Flow flow = windows.due(now);
            if (flow == null) {
                return false;
            }
            tell(flow, now);
        }
        return true;
    }

    /** How often windows were told. */
    long told() {
        return told;
    }

    /** How often they could not be, as too many flows moved. */
    long skipped() {
        return windows.skipped();
    }

    private void tell(Flow flow, long now) {
        if (events.roomForWindows()) {
            events.windows(flow.entry(now));
            windows.told(flow);
            told++;
        }
    }
}
