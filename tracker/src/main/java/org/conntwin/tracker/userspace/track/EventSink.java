package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;

/** Hears what the tracker does to its flows, at once, in order, under the tracker's lock. Must not call back. */
public interface EventSink {
    /**
     * A flow was confirmed, changed or destroyed.
     *
     * @param entry as {@link org.conntwin.tracker.model.Conntrack} describes an event: what did not change is missing
     * @param time the tracker's nanoseconds: of the packet, or of the end of the flow's life
     */
    void conntrack(EventKind kind, Conntrack entry, long time);

    /** Whether so many events wait that flows without an answer had better not be told yet. */
    default boolean crowded() {
        return false;
    }

    /** An expectation was made, changed or destroyed. */
    void expectation(EventKind kind, Expectation expectation, long time);
}
