package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.overload.Overload;
import org.jspecify.annotations.Nullable;

/** Where flows get into the table, and what becomes of those that find a tuple taken. Guarded by the tracker's lock. */
final class Confirmation {
    /** A flow that only answers find goes soon. */
    private static final long CLASH_LIFETIME = 1_000_000_000L;

    private final FlowTable table;
    private final NewFlows newFlows;
    private final Overload overload;
    private final ProtocolTrackers protocols;
    private final TrackerCounters counters;
    private Binder binder = Binder.NONE;

    Confirmation(
            FlowTable table,
            NewFlows newFlows,
            Overload overload,
            ProtocolTrackers protocols,
            TrackerCounters counters) {
        this.table = table;
        this.newFlows = newFlows;
        this.overload = overload;
        this.protocols = protocols;
        this.counters = counters;
    }

    /** What hears of flows for translation. */
    Binder binder() {
        return binder;
    }

    /** Sets what hears of flows for translation. */
    void binder(Binder hears) {
        binder = hears;
    }

    /** Takes a flow from outside in; false when one of its tuples is taken. Tells nothing. */
    boolean insert(Flow flow, long now) {
        if (table.insert(flow, now) != null) {
            return false;
        }
        flow.status |= Status.CONFIRMED;
        counters.inserted++;
        binder.confirmed(flow);
        return true;
    }

    /** Takes a new flow in; the flow that its packet goes on with, null when the packet is to be dropped. */
    @Nullable
    Flow confirm(Flow flow, int direction, long now) {
        // Others may have been confirmed since it began: the limit is a hard one.
        if (!newFlows.fits(flow, now)) {
            return null;
        }
        long lifetime = flow.end;
        flow.end = now + lifetime;
        Flow other = table.insert(flow, now);
        if (other != null) {
            flow.end = lifetime;
            return clashed(flow, other, direction, now);
        }
        flow.status |= Status.CONFIRMED;
        flow.events |= (short) (flow.has(Status.EXPECTED) ? EventBits.RELATED : EventBits.NEW);
        counters.inserted++;
        binder.confirmed(flow);
        overload.began(flow);
        return flow;
    }

    /** Another flow took a tuple of the new one meanwhile (kernel: {@code nf_ct_resolve_clash}). */
    private @Nullable Flow clashed(Flow flow, Flow winner, int direction, long now) {
        if (protocols.of(flow.protocol()).allowsClash()) {
            Flow answered = table.find(flow.reply(), flow.zone());
            Flow same = flow.sameAs(winner) ? winner : answered;
            if (same != null && flow.sameAs(same)) {
                same.adopt(flow, direction);
                counters.clashResolved++;
                return same;
            }
            if (answered == null) {
                flow.end = now + CLASH_LIFETIME;
                flow.status |= Status.CONFIRMED | Status.FIXED_TIMEOUT | Flow.NAT_CLASH;
                table.insertReply(flow, now);
                counters.clashResolved++;
                return flow;
            }
        }
        counters.insertFailed++;
        return null;
    }
}
