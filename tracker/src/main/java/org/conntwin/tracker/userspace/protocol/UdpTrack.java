package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.userspace.flow.FlowState;
import org.jspecify.annotations.Nullable;

/**
 * When a UDP flow may become a stream.
 *
 * @param streamAfter the tracker's nanoseconds
 */
record UdpTrack(long streamAfter) implements FlowState {
    @Override
    public @Nullable ProtocolState model() {
        return null;
    }
}
