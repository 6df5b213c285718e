package org.conntwin.tracker.userspace.helper;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.flow.Flow;

/** How helpers reach flows, under the tracker's lock. */
public interface FlowReach {
    /**
     * A helper has set the flow's lifetime.
     *
     * @param before when it would have ended otherwise
     */
    void refreshed(Flow flow, long before, long now);

    /**
     * Ends the flow with this tuple in either direction.
     *
     * @return whether there was one
     */
    boolean end(Tuple tuple, Zone zone, long now);
}
