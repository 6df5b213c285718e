package org.conntwin.tracker.userspace.tcp;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Which flows' windows moved since they were last told, though no event says so. A flow that begins to move is due after
 * a moment, one that goes on moving every quarter of a second, and at once when it moved by more than half of what its
 * peer allows: a table that knows the windows as they were told still lets the next segments through.
 *
 * <p>Bounded: flows that find no room are counted and wait for their next packet. Nothing is allocated for a packet.
 * Guarded by the tracker's lock.
 */
public final class MovingWindows {
    /** Lets a request and its answer be told as one. */
    static final long FIRST_NANOS = 20_000_000L;
    /** At most once in this time, unless they move far. */
    static final long PACE_NANOS = 250_000_000L;

    private final int limit;
    private final int mask;
    private final @Nullable Flow[] flows;
    private final int[] toldMarks;
    private final int[] toldOriginalEnds;
    private final int[] toldReplyEnds;
    private final DueQueue first;
    private final DueQueue paced;
    private int size;
    private long skipped;

    /** @param limit most flows that move at a time, at least 1 */
    public MovingWindows(int limit) {
        this.limit = limit;
        int slots = Integer.highestOneBit(limit) << 2;
        mask = slots - 1;
        flows = new @Nullable Flow[slots];
        toldMarks = new int[slots];
        toldOriginalEnds = new int[slots];
        toldReplyEnds = new int[slots];
        first = new DueQueue(limit);
        paced = new DueQueue(limit);
    }

    /** A packet of a confirmed flow left. Whether its windows are to be told at once. */
    public boolean moved(Flow flow, long now) {
        if (!(flow.state instanceof TcpTrack track)) {
            return false;
        }
        int slot = slot(flow);
        if (flows[slot] == flow) {
            return far(track.maxEnd(Flow.ORIGINAL) - toldOriginalEnds[slot], track.maxWindow(Flow.REPLY))
                    || far(track.maxEnd(Flow.REPLY) - toldReplyEnds[slot], track.maxWindow(Flow.ORIGINAL));
        }
        if (size == limit) {
            skipped++;
            return false;
        }
        size++;
        flows[slot] = flow;
        remember(slot, track);
        // What was told before it began to move is not known: it is due in any case.
        toldMarks[slot] = ~toldMarks[slot];
        first.add(flow, now + FIRST_NANOS);
        return false;
    }

    private static boolean far(int by, int allowed) {
        return Integer.compareUnsigned(Math.abs(by), allowed >>> 1) > 0;
    }

    /** The windows of the flow as they are now have been told. */
    public void told(Flow flow) {
        int slot = slot(flow);
        if (flows[slot] == flow && flow.state instanceof TcpTrack track) {
            remember(slot, track);
        }
    }

    /** A flow whose windows are due to be told; null for none. {@link #told} says that they were. */
    public @Nullable Flow due(long now) {
        Flow flow = due(first, now);
        return flow == null ? due(paced, now) : flow;
    }

    private @Nullable Flow due(DueQueue queue, long now) {
        for (Flow flow = queue.poll(now); flow != null; flow = queue.poll(now)) {
            int slot = slot(flow);
            boolean moved = flow.state instanceof TcpTrack track && track.windowsMark() != toldMarks[slot];
            if (moved && !flow.has(Status.DYING)) {
                paced.add(flow, now + PACE_NANOS);
                return flow;
            }
            remove(slot);
        }
        return null;
    }

    /** How often a flow's windows could not be told as too many flows moved. */
    public long skipped() {
        return skipped;
    }

    /** Flows that move now. */
    int size() {
        return size;
    }

    private void remember(int slot, TcpTrack track) {
        toldMarks[slot] = track.windowsMark();
        toldOriginalEnds[slot] = track.maxEnd(Flow.ORIGINAL);
        toldReplyEnds[slot] = track.maxEnd(Flow.REPLY);
    }

    /** Where the flow is, or the free place where it would be. */
    private int slot(Flow flow) {
        int slot = home(flow);
        while (flows[slot] != null && flows[slot] != flow) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private int home(Flow flow) {
        int spread = flow.id() * 0x9e3779b9;
        return (spread ^ spread >>> 16) & mask;
    }

    /** Frees a place; what stands behind it moves up, so that it is found without the one that went. */
    private void remove(int slot) {
        size--;
        int free = slot;
        int next = slot;
        while (true) {
            next = next + 1 & mask;
            Flow flow = flows[next];
            if (flow == null) {
                break;
            }
            int home = home(flow);
            boolean reachable = free <= next ? home <= free || home > next : home <= free && home > next;
            if (reachable) {
                flows[free] = flow;
                toldMarks[free] = toldMarks[next];
                toldOriginalEnds[free] = toldOriginalEnds[next];
                toldReplyEnds[free] = toldReplyEnds[next];
                free = next;
            }
        }
        flows[free] = null;
    }

    /** Flows in the order in which they are due: all wait equally long. */
    private static final class DueQueue {
        private final @Nullable Flow[] flows;
        private final long[] times;
        private int head;
        private int length;

        DueQueue(int capacity) {
            flows = new @Nullable Flow[capacity];
            times = new long[capacity];
        }

        void add(Flow flow, long time) {
            int at = (head + length) % flows.length;
            flows[at] = flow;
            times[at] = time;
            length++;
        }

        @Nullable
        Flow poll(long now) {
            if (length == 0 || times[head] > now) {
                return null;
            }
            Flow flow = flows[head];
            flows[head] = null;
            head = (head + 1) % flows.length;
            length--;
            return flow;
        }
    }
}
