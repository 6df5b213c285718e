package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A wire that is not perfect: it loses packets, doubles them, and lets later ones overtake. */
public final class Line extends Timed implements Wire {
    private static final int MAX_LATE = 4_096;
    private static final long LEAST_LATE_NANOS = 1_000_000;

    /**
     * How bad it is; each a share of all packets.
     *
     * @param lost those that never arrive
     * @param doubled those that arrive twice
     * @param late those that arrive up to {@code lateNanos} later
     */
    public record Quality(double lost, double doubled, double late, long lateNanos) {
        /** Everything arrives once and in order. */
        public static final Quality PERFECT = new Quality(0, 0, 0, 0);
    }

    private record Late(long at, ByteBuffer packet) {}

    private final Wire next;
    private final Timers timers;
    private final SplittableRandom random;
    private final PriorityQueue<Late> late = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private Quality quality;
    private long lost;
    private long doubled;
    private long delayed;

    /** A line to {@code next}; the same seed gives the same fates. */
    public Line(Wire next, Timers timers, Quality quality, long seed) {
        this.next = next;
        this.timers = timers;
        this.quality = quality;
        random = new SplittableRandom(seed);
    }

    /** Is so good from now on. */
    public void quality(Quality better) {
        quality = better;
    }

    /** Packets that it has lost. */
    public long lost() {
        return lost;
    }

    /** Packets that it has doubled. */
    public long doubled() {
        return doubled;
    }

    /** Packets that it has let others overtake. */
    public long delayed() {
        return delayed;
    }

    @Override
    public void send(ByteBuffer packet, long now) {
        double fate = quality.equals(Quality.PERFECT) ? 1 : random.nextDouble();
        if (fate < quality.lost) {
            lost++;
        } else if (fate < quality.lost + quality.late && late.size() < MAX_LATE) {
            delayed++;
            ByteBuffer copy =
                    ByteBuffer.allocate(packet.remaining()).put(packet).flip();
            late.add(new Late(now + random.nextLong(LEAST_LATE_NANOS, quality.lateNanos + LEAST_LATE_NANOS + 1), copy));
            timers.changed(this);
        } else if (fate < quality.lost + quality.late + quality.doubled) {
            doubled++;
            next.send(packet.duplicate(), now);
            next.send(packet, now);
        } else {
            next.send(packet, now);
        }
    }

    @Override
    public long deadline() {
        Late first = late.peek();
        return first == null ? NEVER : first.at;
    }

    @Override
    public void due(long now) {
        Late first = late.peek();
        while (first != null && first.at <= now) {
            late.poll();
            next.send(first.packet, now);
            first = late.peek();
        }
    }
}
