package org.conntwin.tracker.userspace.track;

import java.util.function.ObjLongConsumer;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;

/**
 * Makes room in a full table (kernel: {@code early_drop} and the second half of {@code gc_worker}). A new flow takes
 * the place of unassured ones near its own; where there are none it is refused, and the whole table is gone through
 * once for flows that may go, also assured ones in a state that ends soon. Guarded by the tracker's lock.
 */
final class EarlyDrop {
    /** Buckets that are near: at half a flow each, what the kernel's 8 hold at two tuples each. */
    private static final int NEAR = 32;
    /** The table is full enough to go through at so many percent of its limit. */
    private static final int FULL_PERCENT = 95;

    private final FlowTable table;
    private final ProtocolTrackers protocols;
    private final TrackerCounters counters;
    private final ObjLongConsumer<Flow> reaper;
    private final int limit;
    private boolean wanted;
    private int next;

    /**
     * Nothing is wanted yet.
     *
     * @param limit of the table
     * @param reaper takes a flow out of the table at the time given
     */
    EarlyDrop(
            FlowTable table,
            ProtocolTrackers protocols,
            TrackerCounters counters,
            int limit,
            ObjLongConsumer<Flow> reaper) {
        this.table = table;
        this.protocols = protocols;
        this.counters = counters;
        this.limit = limit;
        this.reaper = reaper;
    }

    /** Kills the unassured flows of the first bucket near {@code bucket} that has any; false when there are none. */
    boolean makeRoom(int bucket, long now) {
        long before = counters.earlyDropped;
        for (int i = 0; i < NEAR && counters.earlyDropped == before; i++) {
            table.visit((bucket + i) & (table.buckets() - 1), flow -> {
                if (!flow.has(Status.ASSURED)) {
                    drop(flow, now);
                }
            });
        }
        wanted |= counters.earlyDropped == before;
        return counters.earlyDropped > before;
    }

    /**
     * Goes on through the table, if room was wanted in vain, until it is full no more.
     *
     * @param steps most buckets to visit
     * @return whether there are buckets left to visit
     */
    boolean sweep(long now, int steps) {
        int full = limit / 100 * FULL_PERCENT;
        for (int step = 0; wanted && step < steps; step++) {
            table.visit(next, flow -> {
                boolean mayGo = !flow.has(Status.ASSURED)
                        || protocols.of(flow.protocol()).mayDropEarly(flow);
                if (mayGo && full > 0 && table.count() >= full) {
                    drop(flow, now);
                }
            });
            next = (next + 1) & (table.buckets() - 1);
            wanted = next != 0 && table.count() >= full;
        }
        next = wanted ? next : 0;
        return wanted;
    }

    private void drop(Flow flow, long now) {
        reaper.accept(flow, now);
        counters.earlyDropped++;
    }
}
