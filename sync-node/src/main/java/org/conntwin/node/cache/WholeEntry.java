package org.conntwin.node.cache;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.jspecify.annotations.Nullable;

/** Makes whole entries of what the table tells, which leaves out what did not change. Pure. */
final class WholeEntry {
    private WholeEntry() {}

    /** An UPDATE event over what is known; null when too little is: a flow that was left out in its present state. */
    static @Nullable Conntrack updated(@Nullable Conntrack known, Conntrack event) {
        if (known != null) {
            return known.updatedBy(event);
        }
        int protocol = event.original().protocol();
        boolean stateful = protocol == Protocol.TCP || protocol == Protocol.SCTP;
        return stateful && event.state() == null ? null : event;
    }

    /** Whether a dumped entry lacks its state because it is offloaded. */
    static boolean isOffloaded(Conntrack dumped) {
        return dumped.has(Status.OFFLOAD | Status.HW_OFFLOAD) && dumped.state() == null;
    }

    /** An offloaded flow's dump leaves out state and lifetime: what is known of them stays; only live flows are offloaded. */
    static Conntrack offloaded(@Nullable Conntrack known, Conntrack dumped) {
        if (known != null) {
            return known.updatedBy(dumped);
        }
        ConntrackBuilder live = ConntrackBuilder.from(dumped);
        if (dumped.original().protocol() == Protocol.TCP) {
            live.state = new TcpState(TcpState.ESTABLISHED, 0, 0, 0, 0);
        }
        Conntrack built = live.build();
        return built == null ? dumped : built;
    }

    /**
     * What is known with the sequence adjustments and TCP windows of {@code entry}. Of the rest, events tell, maybe
     * something newer: windows of another state are left out, as its event is on the way.
     */
    static Conntrack refreshed(Conntrack known, Conntrack entry) {
        ConntrackBuilder now = ConntrackBuilder.from(known);
        now.originalAdjustment = entry.originalAdjustment();
        now.replyAdjustment = entry.replyAdjustment();
        if (entry.state() instanceof TcpState moved
                && moved.windows() != null
                && known.state() instanceof TcpState told
                && told.state() == moved.state()) {
            now.state = moved;
        }
        Conntrack built = now.build();
        return built == null ? known : built;
    }
}
