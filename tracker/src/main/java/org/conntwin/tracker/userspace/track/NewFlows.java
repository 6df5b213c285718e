package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.overload.Overload;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/** Where flows begin: the table's limit, their ids, what the settings have them keep. Guarded by the tracker's lock. */
final class NewFlows {
    private final TrackerSettings settings;
    private final FlowTable table;
    private final TrackerCounters counters;
    private final Overload overload;
    private long wallOffset;
    private int lastId;

    NewFlows(TrackerSettings settings, FlowTable table, TrackerCounters counters, Overload overload) {
        this.settings = settings;
        this.table = table;
        this.counters = counters;
        this.overload = overload;
    }

    /** Nanoseconds that the wall clock is ahead of the tracker's. */
    void wallOffset(long nanos) {
        wallOffset = nanos;
    }

    /** A flow that is in no table yet; null when the table is full and nothing in it may go. */
    @Nullable
    Flow begin(TupleKey original, Tuple reply, Zone zone, long now) {
        if (!fits(original, zone, now)) {
            return null;
        }
        lastId = lastId == -1 ? 1 : lastId + 1;
        Flow flow = new Flow(original, reply, zone, lastId);
        flow.used(now);
        if (settings.accounting()) {
            flow.extras().counted = true;
        }
        if (settings.timestamps()) {
            flow.extras().started = now + wallOffset;
        }
        return flow;
    }

    /** Whether the table has room for the flow, made by early drop if need be. */
    boolean fits(Flow flow, long now) {
        if (table.count() < settings.maxEntries()) {
            return true;
        }
        TupleKey key = new TupleKey();
        key.set(flow.original());
        return fits(key, flow.zone(), now);
    }

    private boolean fits(TupleKey original, Zone zone, long now) {
        if (table.count() < settings.maxEntries()) {
            return true;
        }
        if (overload.makeRoom(table.bucket(original, zone.originalId()), now)) {
            counters.earlyDropped++;
            return true;
        }
        counters.tableFull++;
        return false;
    }

    /** Notes when a flow ended, if it keeps that. */
    void ended(Flow flow, long end) {
        if (flow.extras != null && flow.extras.started != 0) {
            flow.extras.stopped = end + wallOffset;
        }
    }
}
