package org.conntwin.tracker.userspace.helper;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.flow.Flow;

/** How helpers reach flows, under the tracker's lock. */
public interface FlowReach {
    /** A flow in the table has been given a shorter life. */
    void shortened(Flow flow);

    /**
     * Ends the flow with this tuple in either direction.
     *
     * @return whether there was one
     */
    boolean end(Tuple tuple, Zone zone, long now);
}
