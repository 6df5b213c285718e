package org.conntwin.tracker.userspace.helper;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.expect.Expected;

/** What belongs to a conversation beside the flow that is read: other flows, and those that are expected. */
public final class Siblings {
    private final ExpectationTable expectations;
    private final FlowReach flows;

    /** Among these. */
    public Siblings(ExpectationTable expectations, FlowReach flows) {
        this.expectations = expectations;
        this.flows = flows;
    }

    /** Ends the flow with this tuple; where there is none, it is no longer expected. */
    public void end(Tuple tuple, Zone zone, long now) {
        if (!flows.end(tuple, zone, now)) {
            unexpect(tuple, zone, now);
        }
    }

    /** A flow with this tuple is no longer expected by anybody. */
    public void unexpect(Tuple tuple, Zone zone, long now) {
        Expected expected = expectations.find(tuple, zone.id(), now);
        if (expected != null) {
            expectations.remove(expected, now);
        }
    }
}
