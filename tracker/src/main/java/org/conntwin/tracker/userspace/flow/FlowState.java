package org.conntwin.tracker.userspace.flow;

import org.conntwin.tracker.model.ProtocolState;
import org.jspecify.annotations.Nullable;

/** What a protocol's tracker keeps of a flow. Belongs to the tracker that made it. */
public interface FlowState {
    /** The part that entries and events carry; null when the protocol shows no state. */
    @Nullable
    ProtocolState model();
}
