package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.helper.FlowReach;
import org.conntwin.tracker.userspace.overload.Overload;

/** The flows of a table, for helpers. */
final class TableReach implements FlowReach {
    /** Takes a flow out of the table and tells so. */
    interface Kill {
        void at(Flow flow, long now);
    }

    private final FlowTable table;
    private final Overload overload;
    private final Kill kill;

    TableReach(FlowTable table, Overload overload, Kill kill) {
        this.table = table;
        this.overload = overload;
        this.kill = kill;
    }

    @Override
    public void refreshed(Flow flow, long before, long now) {
        overload.refreshed(flow, now);
        if (flow.end < before && flow.confirmed()) {
            table.shortened(flow);
        }
    }

    @Override
    public boolean end(Tuple tuple, Zone zone, long now) {
        Flow flow = table.find(tuple, zone);
        if (flow == null) {
            return false;
        }
        kill.at(flow, now);
        return true;
    }
}
