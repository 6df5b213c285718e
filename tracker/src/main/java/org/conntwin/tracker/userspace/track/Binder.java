package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.flow.Flow;

/** What translation has to hear of flows from the tracker. Called under its lock. */
public interface Binder {
    /** Nothing is translated that the tracker would have to tell of. */
    Binder NONE = new Binder() {
        @Override
        public void related(Flow child, Expected expected, long now) {}

        @Override
        public void confirmed(Flow flow) {}

        @Override
        public void ended(Flow flow) {}
    };

    /** A new flow fulfils an expectation and has its master by now; it is not confirmed. */
    void related(Flow child, Expected expected, long now);

    /** A flow is in the table now, by a packet or from outside. */
    void confirmed(Flow flow);

    /** A flow left the table. */
    void ended(Flow flow);
}
