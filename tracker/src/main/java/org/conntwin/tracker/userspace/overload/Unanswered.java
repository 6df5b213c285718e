package org.conntwin.tracker.userspace.overload;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Flows that began without an answer while the table was nearly full, in the order of their beginnings: what a flood
 * pushes out first, at no search's cost. Bounded; one that finds no room is left to be found by searching. Flows that
 * got an answer or ended meanwhile are passed over. Guarded by the tracker's lock.
 */
final class Unanswered {
    private static final int LEAST = 1 << 10;
    private static final int MOST = 1 << 20;

    private final @Nullable Flow[] ring;
    private int first;
    private int size;

    /** @param limit of the table; a quarter of it is kept track of */
    Unanswered(int limit) {
        int wanted = Math.min(MOST, Math.max(LEAST, limit / 4));
        ring = new @Nullable Flow[Integer.highestOneBit(2 * wanted - 1)];
    }

    /** A flow that has just begun. */
    void add(Flow flow) {
        if (size > 0 && gone(ring[first])) {
            removeFirst();
        }
        if (size < ring.length) {
            ring[(first + size++) & (ring.length - 1)] = flow;
        }
    }

    /** The oldest that still has no answer, which is forgotten here; null for none. */
    @Nullable
    Flow oldest() {
        while (size > 0) {
            Flow flow = removeFirst();
            if (!gone(flow)) {
                return flow;
            }
        }
        return null;
    }

    /** Forgets all, a part at a time; to be called until it is empty, as what ended is held here. */
    void forget(int most) {
        for (int i = 0; i < most && size > 0; i++) {
            removeFirst();
        }
    }

    private @Nullable Flow removeFirst() {
        Flow flow = ring[first];
        ring[first] = null;
        first = (first + 1) & (ring.length - 1);
        size--;
        return flow;
    }

    private static boolean gone(@Nullable Flow flow) {
        return flow == null || flow.has(Status.SEEN_REPLY | Status.ASSURED | Status.DYING);
    }
}
