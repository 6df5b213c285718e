package org.conntwin.tracker.userspace.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Flows in the order in which their lives end: a heap with four children a node. A life that grows longer moves nothing
 * until it comes to the top, so that refreshing costs a packet nothing; one that grows shorter must be told. Guarded by
 * the tracker's lock.
 */
final class Lifetimes {
    private static final int CHILDREN = 4;

    private @Nullable Flow[] flows = new @Nullable Flow[1024];
    private long[] ends = new long[1024];
    private int size;

    void add(Flow flow) {
        if (size == ends.length) {
            int room = size + (size >> 1);
            flows = Arrays.copyOf(flows, room);
            ends = Arrays.copyOf(ends, room);
        }
        rise(size++, flow, flow.end);
    }

    void remove(Flow flow) {
        int hole = flow.place;
        flow.place = -1;
        size--;
        Flow last = flows[size];
        long end = ends[size];
        flows[size] = null;
        if (hole != size && last != null) {
            settle(hole, last, end);
        }
    }

    /** Puts the flow where it belongs after its life grew shorter. */
    void shortened(Flow flow) {
        if (flow.end < ends[flow.place]) {
            rise(flow.place, flow, flow.end);
        }
    }

    /**
     * The flow whose life ended first at or before {@code now}, still in the queue; null when there is none.
     *
     * @param steps most flows to look at
     */
    @Nullable
    Flow ended(long now, int steps) {
        for (int step = 0; step < steps && size > 0 && ends[0] <= now; step++) {
            Flow first = flows[0];
            if (first == null || first.end <= ends[0]) {
                return first;
            }
            sink(0, first, first.end);
        }
        return null;
    }

    /** Whether there may be more at or before {@code now}. */
    boolean pending(long now) {
        return size > 0 && ends[0] <= now;
    }

    private void settle(int place, Flow flow, long end) {
        if (place > 0 && before(flow, end, (place - 1) / CHILDREN)) {
            rise(place, flow, end);
        } else {
            sink(place, flow, end);
        }
    }

    private void rise(int from, Flow flow, long end) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / CHILDREN;
            if (!before(flow, end, parent)) {
                break;
            }
            put(place, flows[parent], ends[parent]);
            place = parent;
        }
        put(place, flow, end);
    }

    private void sink(int from, Flow flow, long end) {
        int place = from;
        while (true) {
            int first = place * CHILDREN + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            for (int child = first + 1; child < Math.min(first + CHILDREN, size); child++) {
                if (ends[child] < ends[least] || (ends[child] == ends[least] && id(child) < id(least))) {
                    least = child;
                }
            }
            if (ends[least] > end || (ends[least] == end && id(least) > flow.id())) {
                break;
            }
            put(place, flows[least], ends[least]);
            place = least;
        }
        put(place, flow, end);
    }

    private boolean before(Flow flow, long end, int place) {
        return end < ends[place] || (end == ends[place] && flow.id() < id(place));
    }

    private int id(int place) {
        Flow flow = flows[place];
        return flow == null ? 0 : flow.id();
    }

    private void put(int place, @Nullable Flow flow, long end) {
        flows[place] = flow;
        ends[place] = end;
        if (flow != null) {
            flow.place = place;
        }
    }
}
