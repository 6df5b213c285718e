package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.userspace.flow.FlowState;
import org.jspecify.annotations.Nullable;

/**
 * Lifetimes of a GRE flow's own, which PPTP gives to those it expects.
 *
 * @param timeout in seconds
 * @param streamTimeout in seconds, once it is answered
 */
public record GreTrack(int timeout, int streamTimeout) implements FlowState {
    @Override
    public @Nullable ProtocolState model() {
        return null;
    }
}
