package org.conntwin.node.demo.endpoint;

import java.util.PriorityQueue;

/**
 * Wakes what is {@link Timed}. A deadline that moves back leaves its place in the queue alone: it is looked at too early
 * once, which costs less than moving it with every packet.
 */
public final class Timers {
    private record Place(long at, Timed timed) {}

    private final PriorityQueue<Place> queue = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));

    /** Starts with nothing. */
    public Timers() {}

    /** To be called when a deadline may have come nearer. */
    public void changed(Timed timed) {
        long deadline = timed.deadline();
        if (deadline < timed.scheduled) {
            timed.scheduled = deadline;
            queue.add(new Place(deadline, timed));
        }
    }

    /** When {@link #run} has to be called at the latest, {@link Timed#NEVER} when nothing waits. */
    public long next() {
        Place first = queue.peek();
        return first == null ? Timed.NEVER : first.at;
    }

    /** Wakes all whose deadline has passed. */
    public void run(long now) {
        Place first = queue.peek();
        while (first != null && first.at <= now) {
            queue.poll();
            Timed timed = first.timed;
            if (first.at == timed.scheduled) {
                timed.scheduled = Timed.NEVER;
                if (timed.deadline() <= now) {
                    timed.due(now);
                }
                changed(timed);
            }
            first = queue.peek();
        }
    }
}
