package org.conntwin.tracker.userspace.helper;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.flow.Flow;

/**
 * Reads the control connections of one application protocol. One instance serves all flows; what it has to remember of
 * a flow it keeps in that flow's {@link org.conntwin.tracker.userspace.flow.Extras#helperMemory}. To add one: implement
 * this, and name it where the tracker lists its helpers. Not thread-safe: guarded by the tracker's lock. No packet,
 * however malformed, makes it throw.
 */
public interface Helper {
    /** The name by which rules, entries and commands know it, 1 to 15 characters. */
    String name();

    /** IP protocol numbers of the flows that it may be given to. */
    Set<Integer> protocols();

    /** What it allows of each class of its expectations, by class from 0; at least one. */
    List<ExpectPolicy> policies();

    /**
     * Reads a packet of a flow that has this helper, on its way out of the tracker. A first packet comes here before its
     * flow is confirmed.
     *
     * @param packet valid during the call
     */
    Verdict inspect(Inspection packet);

    /** A flow that this helper expected has begun with its first packet; it is not yet in the table. */
    default void fulfilled(Flow child, Expected expected, Siblings siblings, long now) {}

    /** A flow that has this helper is out of the table; what it expected goes behind this call. */
    default void ended(Flow flow, Siblings siblings, long now) {}

    /** A flow that this helper expected is out of the table; {@code flow} is its master. */
    default void childEnded(Flow child, Flow flow) {}

    /** A flow that was under way came from outside and has this helper now: what was said so far is unknown. */
    default void restored(Flow flow) {}

    /**
     * A flow that this helper expected, or still expects, came from outside: what it tells of the conversation is known
     * again.
     *
     * @param flow its master
     * @param related its original tuple
     */
    default void relatedRestored(Flow flow, Tuple related) {}
}
