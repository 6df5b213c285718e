package org.conntwin.tracker.userspace.flow;

import java.util.function.Consumer;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/**
 * The confirmed flows, found by either tuple. The number of buckets is fixed, so that no insert ever pays for a
 * rehash. A flow whose life is over is handed to the reaper by whoever meets it (kernel behaviour: expiry is lazy).
 * Guarded by the tracker's lock.
 */
public final class FlowTable {
    /** More buckets would cost memory before there is a flow to pay for it. */
    private static final int MAX_BUCKETS = 1 << 22;

    private final @Nullable Flow[] originals;
    private final @Nullable Flow[] replies;
    private final int mask;
    private final TupleHash hash;
    private final Lifetimes lifetimes = new Lifetimes();
    private final TupleKey probe = new TupleKey();
    private int count;
    private int replyOnly;
    private int direction;

    /** @param expected number of flows it is laid out for, at least 1; more fit, more slowly */
    public FlowTable(int expected) {
        int buckets = Math.min(MAX_BUCKETS, Integer.highestOneBit(Math.max(1, expected - 1)) << 1);
        originals = new @Nullable Flow[buckets];
        replies = new @Nullable Flow[buckets];
        mask = buckets - 1;
        hash = TupleHash.random();
    }

    /** Number of flows. */
    public int count() {
        return count;
    }

    /** Number of buckets that {@link #visit} walks. */
    public int buckets() {
        return mask + 1;
    }

    /**
     * The flow with this tuple, in whichever direction; {@link #direction} then tells which. Flows whose life is over
     * are found, too.
     *
     * @param zone the zone's id in the direction of the tuple
     */
    public @Nullable Flow find(TupleKey key, int zone) {
        return find(key, zone, zone);
    }

    /** The same for a packet whose zone is another one when its flow is met in the reply direction. */
    public @Nullable Flow find(TupleKey key, int originalZone, int replyZone) {
        int original = hash.of(key, originalZone) & mask;
        int reply = replyZone == originalZone ? original : hash.of(key, replyZone) & mask;
        return find(key, original, originalZone, reply, replyZone);
    }

    private @Nullable Flow find(TupleKey key, int original, int originalZone, int reply, int replyZone) {
        for (Flow flow = originals[original]; flow != null; flow = flow.nextOriginal) {
            if (isOriginal(flow, key) && flow.zone().originalId() == originalZone) {
                direction = Flow.ORIGINAL;
                return flow;
            }
        }
        for (Flow flow = replies[reply]; flow != null; flow = flow.nextReply) {
            if (isReply(flow, key) && flow.zone().replyId() == replyZone) {
                direction = Flow.REPLY;
                return flow;
            }
        }
        return null;
    }

    /** Direction in which the last {@link #find} met its flow. */
    public int direction() {
        return direction;
    }

    /** The flow with this tuple in any direction; null for none. */
    public @Nullable Flow find(Tuple tuple, int zone) {
        probe.set(tuple);
        return find(probe, zone);
    }

    /** The flow with this tuple in any direction; null for none. */
    public @Nullable Flow find(Tuple tuple, Zone zone) {
        probe.set(tuple);
        return find(probe, zone.originalId(), zone.replyId());
    }

    /**
     * Takes the flow in unless one of its tuples is taken.
     *
     * @return the flow that is in the way, by the original tuple before the reply tuple; null when it was taken in
     */
    public @Nullable Flow insert(Flow flow, long now) {
        int originalZone = flow.zone().originalId();
        int replyZone = flow.zone().replyId();
        boolean oneZone = originalZone == replyZone;
        flow.originalKey(probe);
        int original = hash.of(probe, originalZone) & mask;
        Flow other =
                find(probe, original, originalZone, oneZone ? original : hash.of(probe, replyZone) & mask, replyZone);
        if (other != null) {
            return other;
        }
        flow.replyKey(probe);
        int reply = hash.of(probe, replyZone) & mask;
        other = find(probe, oneZone ? reply : hash.of(probe, originalZone) & mask, originalZone, reply, replyZone);
        if (other != null) {
            return other;
        }
        flow.nextOriginal = originals[original];
        originals[original] = flow;
        flow.nextReply = replies[reply];
        replies[reply] = flow;
        lifetimes.add(flow, now);
        count++;
        return null;
    }

    /**
     * Takes in a flow that is found by its reply tuple alone, as its original tuple is another's; it is counted, but
     * neither visited nor found otherwise. It has {@link Flow#NAT_CLASH}.
     */
    public void insertReply(Flow flow, long now) {
        int reply = replyBucket(flow);
        flow.nextReply = replies[reply];
        replies[reply] = flow;
        lifetimes.add(flow, now);
        count++;
        replyOnly++;
    }

    /** Takes the flow out. */
    public void remove(Flow flow) {
        int original = originalBucket(flow);
        Flow before = originals[original];
        if (before == flow) {
            originals[original] = flow.nextOriginal;
        } else {
            while (before != null && before.nextOriginal != flow) {
                before = before.nextOriginal;
            }
            if (before != null) {
                before.nextOriginal = flow.nextOriginal;
            }
        }
        int reply = replyBucket(flow);
        Flow ahead = replies[reply];
        if (ahead == flow) {
            replies[reply] = flow.nextReply;
        } else {
            while (ahead != null && ahead.nextReply != flow) {
                ahead = ahead.nextReply;
            }
            if (ahead != null) {
                ahead.nextReply = flow.nextReply;
            }
        }
        flow.nextOriginal = null;
        flow.nextReply = null;
        lifetimes.remove(flow);
        count--;
        if (flow.has(Flow.NAT_CLASH)) {
            replyOnly--;
        }
    }

    /** To be called when {@link Flow#end} of a flow in the table may have become earlier. */
    public void shortened(Flow flow) {
        lifetimes.shortened(flow);
    }

    /** A flow in the table whose life is over at {@code now}, the earliest first; null for none within {@code steps}. */
    public @Nullable Flow ended(long now, int steps) {
        return lifetimes.ended(now, steps);
    }

    /** Whether flows may be left for {@link #ended}. */
    public boolean pending(long now) {
        return lifetimes.pending(now);
    }

    /** Visits the flows of one bucket; the visitor may remove the flow it was given. */
    public void visit(int bucket, Consumer<? super Flow> visitor) {
        Flow flow = originals[bucket];
        while (flow != null) {
            Flow next = flow.nextOriginal;
            visitor.accept(flow);
            flow = next;
        }
    }

    /** The bucket that this tuple falls into. */
    public int bucket(TupleKey key, int zone) {
        return hash.of(key, zone) & mask;
    }

    /** What is wrong with the table, for tests; null when all of it holds together. */
    public @Nullable String broken() {
        int seen = 0;
        for (int bucket = 0; bucket <= mask; bucket++) {
            for (Flow flow = originals[bucket]; flow != null; flow = flow.nextOriginal) {
                seen++;
                if (originalBucket(flow) != bucket || !inReplies(flow)) {
                    return "flow " + flow.original() + " is not in both chains";
                }
                if (flow.place == Lifetimes.NOWHERE || !flow.has(Status.CONFIRMED) || flow.has(Status.DYING)) {
                    return "flow " + flow.original() + " is in the table but not alive";
                }
            }
        }
        return seen + replyOnly == count ? null : "the table counts " + count + " flows and holds " + seen;
    }

    private boolean inReplies(Flow flow) {
        for (Flow other = replies[replyBucket(flow)]; other != null; other = other.nextReply) {
            if (other == flow) {
                return true;
            }
        }
        return false;
    }

    private int originalBucket(Flow flow) {
        return hash.of(
                        flow.sourceHigh,
                        flow.sourceLow,
                        flow.destinationHigh,
                        flow.destinationLow,
                        flow.keys,
                        flow.protocol(),
                        flow.zone().originalId())
                & mask;
    }

    @SuppressWarnings("ArgumentSelectionDefectChecker") // the ends are swapped on purpose
    private int replyBucket(Flow flow) {
        Tuple other = flow.translated;
        int zone = flow.zone().replyId();
        if (other == null) {
            return hash.of(
                            flow.destinationHigh,
                            flow.destinationLow,
                            flow.sourceHigh,
                            flow.sourceLow,
                            flow.replyKeys,
                            flow.protocol(),
                            zone)
                    & mask;
        }
        return hash.of(
                        other.sourceHigh(),
                        other.sourceLow(),
                        other.destinationHigh(),
                        other.destinationLow(),
                        flow.replyKeys,
                        flow.protocol(),
                        zone)
                & mask;
    }

    private static boolean isOriginal(Flow flow, TupleKey key) {
        return flow.keys == key.keys
                && flow.sourceLow == key.sourceLow
                && flow.destinationLow == key.destinationLow
                && flow.protocol() == key.protocol
                && flow.sourceHigh == key.sourceHigh
                && flow.destinationHigh == key.destinationHigh
                && flow.family() == key.family;
    }

    private static boolean isReply(Flow flow, TupleKey key) {
        if (flow.replyKeys != key.keys || flow.protocol() != key.protocol) {
            return false;
        }
        Tuple other = flow.translated;
        if (other == null) {
            return flow.destinationLow == key.sourceLow
                    && flow.sourceLow == key.destinationLow
                    && flow.destinationHigh == key.sourceHigh
                    && flow.sourceHigh == key.destinationHigh
                    && flow.family() == key.family;
        }
        return other.sourceLow() == key.sourceLow
                && other.destinationLow() == key.destinationLow
                && other.sourceHigh() == key.sourceHigh
                && other.destinationHigh() == key.destinationHigh
                && other.family() == key.family;
    }
}
