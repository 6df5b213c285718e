package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.Flow;

/** Whether a new connection may have the ports of one that is over (kernel: {@code nf_nat_may_kill}). Pure. */
public final class Succession {
    private Succession() {}

    /**
     * Whether {@code old} may go: it is translated, in TIME_WAIT or CLOSE, and the SYN that begins {@code fresh} is ahead of what
     * its client sent last, so that no segment of the one is taken for one of the other.
     */
    public static boolean allowed(Flow old, Flow fresh) {
        return old.state instanceof TcpTrack before
                && fresh.state instanceof TcpTrack now
                && now.state() == TcpState.SYN_SENT
                && (before.state() == TcpState.TIME_WAIT || before.state() == TcpState.CLOSE)
                && old.has(Status.SRC_NAT)
                && !old.has(Status.FIXED_TIMEOUT | Status.DYING)
                && Sequence.after(now.originalEnd(), before.originalEnd());
    }
}
