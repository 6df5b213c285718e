package org.conntwin.tracker.userspace.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The few flows whose lives end within the present tick of {@link Lifetimes}, in the exact order of their ends: a heap
 * over the ends that they had when they came in. Guarded by the tracker's lock.
 */
final class DueFlows {
    private @Nullable Flow[] flows = new @Nullable Flow[64];
    private long[] ends = new long[64];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The end of the first; only when there is one. */
    long firstEnd() {
        return ends[0];
    }

    @Nullable
    Flow first() {
        return flows[0];
    }

    void add(Flow flow) {
        if (size == ends.length) {
            flows = Arrays.copyOf(flows, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        int place = size++;
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            if (!before(flow, flow.end, parent)) {
                break;
            }
            flows[place] = flows[parent];
            ends[place] = ends[parent];
            place = parent;
        }
        flows[place] = flow;
        ends[place] = flow.end;
    }

    void removeFirst() {
        size--;
        Flow last = flows[size];
        long end = ends[size];
        flows[size] = null;
        if (size == 0 || last == null) {
            return;
        }
        int place = 0;
        for (int child = 1; child < size; child = place * 2 + 1) {
            Flow right = child + 1 < size ? flows[child + 1] : null;
            if (right != null && before(right, ends[child + 1], child)) {
                child++;
            }
            if (before(last, end, child)) {
                break;
            }
            flows[place] = flows[child];
            ends[place] = ends[child];
            place = child;
        }
        flows[place] = last;
        ends[place] = end;
    }

    private boolean before(Flow flow, long end, int place) {
        if (end != ends[place]) {
            return end < ends[place];
        }
        Flow other = flows[place];
        return other == null || Integer.compareUnsigned(flow.id(), other.id()) < 0;
    }
}
