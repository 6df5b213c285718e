package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/** What translation remembers of a flow, and its place in the {@link SourceIndex}. Kept in the flow's extras. */
final class Binding {
    static final int NOWHERE = -1;

    final Flow flow;
    /** Device that it is masqueraded on, 0 when it is not or that is not known. */
    int masqueradeDevice;

    int bucket = NOWHERE;

    @Nullable
    Binding newer;

    @Nullable
    Binding older;

    Binding(Flow flow) {
        this.flow = flow;
    }

    /** The flow's, null when it has none. */
    static @Nullable Binding of(Flow flow) {
        return flow.extras != null && flow.extras.translation instanceof Binding known ? known : null;
    }

    /** The flow's, made when it has none. */
    static Binding made(Flow flow) {
        Binding present = of(flow);
        if (present == null) {
            present = new Binding(flow);
            flow.extras().translation = present;
        }
        return present;
    }
}
