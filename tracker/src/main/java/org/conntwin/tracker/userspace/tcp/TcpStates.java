package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.userspace.flow.Flow;

/** States of TCP flows, for those who stand beside the tracker. Pure; nothing allocates. */
public final class TcpStates {
    private TcpStates() {}

    /** The state number of a flow, as {@link TcpState} counts; NONE when it is no flow of TCP. */
    public static int of(Flow flow) {
        return flow.state instanceof TcpTrack track ? track.state() : TcpState.NONE;
    }
}
