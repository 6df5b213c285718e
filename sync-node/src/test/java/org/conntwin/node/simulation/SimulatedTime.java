package org.conntwin.node.simulation;

import java.util.PriorityQueue;
import java.util.Random;

/** Events in the order of their times; chance decides nothing but what the seed does. One thread. */
final class SimulatedTime {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Random random;
    private long now = SECOND;
    private long scheduled;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    SimulatedTime(long seed) {
        random = new Random(seed);
    }

    Random random() {
        return random;
    }

    long now() {
        return now;
    }

    void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, scheduled++, action));
    }

    /** After a while between both. */
    void between(long least, long most, Runnable action) {
        after(random.nextLong(least, most + 1), action);
    }

    void run(long nanos) {
        long until = now + nanos;
        Event next = events.peek();
        while (next != null && next.at <= until) {
            events.poll();
            now = next.at;
            next.action.run();
            next = events.peek();
        }
        now = until;
    }
}
