package org.conntwin.tracker.userspace.overload;

import java.util.function.Predicate;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;

/**
 * Lifetimes that shrink as the table fills (as pf's {@code adaptive.start} and {@code adaptive.end}): by
 * {@code (end - flows) / (end - start)}, at the moment when a packet sets them, so that no flow is touched but the
 * packet's own. Below the start nothing differs. An assured flow that is not about to end keeps at least the soft
 * timeout, or its own lifetime when that is shorter: flows in use never go before their time; where ends are asked before
 * such a flow makes room, it lives on for as long as that takes. Guarded by the tracker's lock.
 */
final class AdaptiveLifetimes {
    /** What is left to a handshake at least: two tries to send its SYN. */
    private static final long LEAST = 3_000_000_000L;

    /** Beyond the soft timeout, at which ends are asked: their turn comes, and there is time for the answer. */
    private static final long ASKED = 10_000_000_000L;

    private final FlowTable table;
    private final Predicate<Flow> closing;
    private final OverloadCounters counters;
    private final double start;
    private final double end;
    private final long soft;

    /** @param closing whether an assured flow is in a state that ends soon */
    AdaptiveLifetimes(
            OverloadSettings settings, int limit, FlowTable table, Predicate<Flow> closing, OverloadCounters counters) {
        this.table = table;
        this.closing = closing;
        this.counters = counters;
        start = settings.adaptiveStart() * limit;
        end = settings.adaptiveEnd() * limit;
        soft = settings.softSeconds() * 1_000_000_000L + (settings.probe() ? ASKED : 0);
    }

    /** A packet has just set the flow's lifetime. */
    void set(Flow flow, long now) {
        int flows = table.count();
        if (flows <= start || flow.has(Status.FIXED_TIMEOUT)) {
            return;
        }
        long begin = flow.confirmed() ? now : 0;
        long lifetime = flow.end - begin;
        long least = flow.has(Status.ASSURED) && !closing.test(flow) ? soft : LEAST;
        if (lifetime > least) {
            long shrunk = flows >= end ? 0 : (long) (lifetime * ((end - flows) / (end - start)));
            flow.end = begin + Math.max(least, shrunk);
            counters.lifetimesShrunk++;
        }
    }
}
