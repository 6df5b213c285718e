package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.TupleHash;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/**
 * Confirmed flows whose source is translated, found by the source that they had: a host that speaks from one port to
 * many is known to all of them by one and the same translated port (kernel: {@code nf_nat_bysource}). Holds flows of
 * the table alone, hence is bounded by it. Guarded by the tracker's lock.
 */
final class SourceIndex {
    private static final int LEAST_BUCKETS = 64;
    private static final int MOST_BUCKETS = 1 << 20;
    /** Flows of a bucket that are looked at, the newest first. */
    private static final int PROBES = 128;

    private final @Nullable Binding[] buckets;
    private final TupleHash hash = TupleHash.random();
    private final TupleKey key = new TupleKey();

    /** @param flows most flows of the table, at least 1 */
    SourceIndex(int flows) {
        buckets = new @Nullable Binding[Math.clamp(Integer.highestOneBit(flows), LEAST_BUCKETS, MOST_BUCKETS)];
    }

    /** Takes in a flow, unless its source is as it was. */
    void add(Flow flow) {
        if (!flow.has(Status.SRC_NAT)) {
            return;
        }
        Binding binding = Binding.made(flow);
        if (binding.bucket != Binding.NOWHERE) {
            return;
        }
        flow.originalKey(key);
        int bucket = bucket(key, flow.zone().originalId());
        Binding first = buckets[bucket];
        binding.bucket = bucket;
        binding.older = first;
        if (first != null) {
            first.newer = binding;
        }
        buckets[bucket] = binding;
    }

    /** Takes a flow out, if it is in. */
    void remove(Flow flow) {
        Binding binding = Binding.of(flow);
        if (binding == null || binding.bucket == Binding.NOWHERE) {
            return;
        }
        Binding newer = binding.newer;
        Binding older = binding.older;
        if (newer == null) {
            buckets[binding.bucket] = older;
        } else {
            newer.older = older;
        }
        if (older != null) {
            older.newer = newer;
        }
        binding.bucket = Binding.NOWHERE;
        binding.newer = null;
        binding.older = null;
    }

    /**
     * Gives {@code tuple} the source that a flow of the same original source has, if that is such as {@code target} asks
     * for.
     *
     * @param zone id of the zone in the original direction
     * @return whether there is one; {@code tuple} is as it was otherwise
     */
    boolean reuse(TupleKey tuple, Target target, int zone) {
        int probes = 0;
        TupleKey answer = new TupleKey();
        Binding binding = buckets[bucket(tuple, zone)];
        while (binding != null && probes++ < PROBES) {
            Flow flow = binding.flow;
            flow.originalKey(key);
            if (key.sourceLow == tuple.sourceLow
                    && key.sourceHigh == tuple.sourceHigh
                    && key.sourceKey() == tuple.sourceKey()
                    && key.protocol == tuple.protocol
                    && key.family == tuple.family
                    && flow.zone().originalId() == zone) {
                flow.replyKey(answer);
                answer.swapEnds();
                if (target.holdsSource(answer)) {
                    tuple.sourceHigh = answer.sourceHigh;
                    tuple.sourceLow = answer.sourceLow;
                    tuple.keys = answer.sourceKey() << 16 | tuple.destinationKey();
                    return true;
                }
            }
            binding = binding.older;
        }
        return false;
    }

    private int bucket(TupleKey tuple, int zone) {
        return hash.of(tuple.sourceHigh, tuple.sourceLow, 0, 0, tuple.sourceKey(), tuple.protocol, zone)
                & buckets.length - 1;
    }
}
