package org.conntwin.tracker.userspace.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/**
 * The confirmed flows, found by either tuple. Both tuples of a flow fall into one bucket unless one is translated: a
 * packet touches one bucket whatever its direction, and so does a flow that begins or ends. The number of buckets is
 * fixed, so that no insert ever pays for a rehash. Flows whose life is over stay until they are removed. Guarded by the
 * tracker's lock.
 */
public final class FlowTable {
    /** More buckets would cost memory before there is a flow to pay for it. */
    private static final int MAX_BUCKETS = 1 << 23;

    private final @Nullable Link[] links;
    private final int mask;
    private final TupleHash hash;
    private final Lifetimes lifetimes = new Lifetimes();
    private final TupleKey probe = new TupleKey();
    private final List<Flow> visited = new ArrayList<>();
    private int count;
    private int direction;

    /** @param expected number of flows it is laid out for, at least 1; more fit, more slowly */
    public FlowTable(int expected) {
        int atLeast = Math.min(MAX_BUCKETS / 2, Math.max(1, expected));
        int buckets = Integer.highestOneBit(2 * atLeast - 1) << 1;
        links = new @Nullable Link[buckets];
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
        int bucket = hash.either(key, originalZone) & mask;
        Flow flow = find(links[bucket], key, originalZone, replyZone);
        if (flow == null && replyZone != originalZone) {
            int other = hash.either(key, replyZone) & mask;
            flow = find(links[other], key, originalZone, replyZone);
        }
        return flow;
    }

    private @Nullable Flow find(@Nullable Link first, TupleKey key, int originalZone, int replyZone) {
        for (Link link = first; link != null; link = link.next) {
            if (link instanceof Flow flow) {
                if (isOriginal(flow, key) && flow.zone().originalId() == originalZone) {
                    direction = Flow.ORIGINAL;
                    return flow;
                }
                if (isReply(flow, key) && flow.zone().replyId() == replyZone) {
                    direction = Flow.REPLY;
                    return flow;
                }
            } else if (link instanceof ReplyLink reply
                    && isReply(reply.flow, key)
                    && reply.flow.zone().replyId() == replyZone) {
                direction = Flow.REPLY;
                return reply.flow;
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
        flow.originalKey(probe);
        Flow other = find(probe, originalZone, replyZone);
        if (other == null) {
            flow.replyKey(probe);
            other = find(probe, originalZone, replyZone);
        }
        if (other != null) {
            return other;
        }
        int original = originalBucket(flow);
        push(original, flow);
        int reply = replyBucket(flow, original);
        if (reply != original) {
            push(reply, new ReplyLink(flow));
        }
        lifetimes.add(flow, now);
        count++;
        return null;
    }

    /**
     * Takes in a flow that is found by its reply tuple alone, as its original tuple is another's; it is counted, but
     * neither visited nor found otherwise. It has {@link Flow#NAT_CLASH}.
     */
    public void insertReply(Flow flow, long now) {
        push(replyBucket(flow, originalBucket(flow)), new ReplyLink(flow));
        lifetimes.add(flow, now);
        count++;
    }

    private void push(int bucket, Link link) {
        link.next = links[bucket];
        links[bucket] = link;
    }

    /** Takes the flow out. */
    public void remove(Flow flow) {
        int original = originalBucket(flow);
        int reply = replyBucket(flow, original);
        boolean clash = flow.has(Flow.NAT_CLASH);
        if (!clash) {
            unlink(original, flow);
        }
        if (clash || reply != original) {
            Link link = links[reply];
            while (link != null && !standsFor(link, flow)) {
                link = link.next;
            }
            if (link != null) {
                unlink(reply, link);
            }
        }
        lifetimes.remove(flow);
        count--;
    }

    private static boolean standsFor(Link link, Flow flow) {
        return link instanceof ReplyLink reply && reply.flow == flow;
    }

    private void unlink(int bucket, Link gone) {
        Link before = links[bucket];
        if (before == gone) {
            links[bucket] = gone.next;
        } else {
            while (before != null && before.next != gone) {
                before = before.next;
            }
            if (before != null) {
                before.next = gone.next;
            }
        }
        gone.next = null;
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

    /**
     * Visits the flows of one bucket. The visitor may remove any, as the end of one may be that of others; it does not
     * meet those any more. It must not visit in turn.
     */
    public void visit(int bucket, Consumer<? super Flow> visitor) {
        visited.clear();
        for (Link link = links[bucket]; link != null; link = link.next) {
            if (link instanceof Flow flow) {
                visited.add(flow);
            }
        }
        for (int i = 0; i < visited.size(); i++) {
            Flow flow = visited.get(i);
            if (flow.place != Lifetimes.NOWHERE) {
                visitor.accept(flow);
            }
        }
        visited.clear();
    }

    /** The bucket that this tuple falls into. */
    public int bucket(TupleKey key, int zone) {
        return hash.either(key, zone) & mask;
    }

    /** What is wrong with the table, for tests; null when all of it holds together. */
    public @Nullable String broken() {
        int seen = 0;
        for (int bucket = 0; bucket <= mask; bucket++) {
            for (Link link = links[bucket]; link != null; link = link.next) {
                Flow flow = link instanceof ReplyLink reply ? reply.flow : (Flow) link;
                boolean clash = flow.has(Flow.NAT_CLASH);
                seen += link instanceof Flow || clash ? 1 : 0;
                if (link == flow
                        ? clash || !foundByBoth(flow, bucket)
                        : bucket != replyBucket(flow, originalBucket(flow))) {
                    return "flow " + flow.original() + " is not in both its buckets";
                }
                if (flow.place == Lifetimes.NOWHERE || !flow.has(Status.CONFIRMED) || flow.has(Status.DYING)) {
                    return "flow " + flow.original() + " is in the table but not alive";
                }
            }
        }
        return seen == count ? null : "the table counts " + count + " flows and holds " + seen;
    }

    private boolean foundByBoth(Flow flow, int bucket) {
        int original = originalBucket(flow);
        int reply = replyBucket(flow, original);
        Link link = links[reply];
        while (reply != original && link != null && !standsFor(link, flow)) {
            link = link.next;
        }
        return original == bucket && link != null;
    }

    private int originalBucket(Flow flow) {
        return hash.either(
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
    private int replyBucket(Flow flow, int originalBucket) {
        if (flow.mirrored()) {
            return originalBucket;
        }
        Tuple other = flow.translated;
        int zone = flow.zone().replyId();
        if (other == null) {
            return hash.either(
                            flow.destinationHigh,
                            flow.destinationLow,
                            flow.sourceHigh,
                            flow.sourceLow,
                            flow.replyKeys,
                            flow.protocol(),
                            zone)
                    & mask;
        }
        return hash.either(
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
