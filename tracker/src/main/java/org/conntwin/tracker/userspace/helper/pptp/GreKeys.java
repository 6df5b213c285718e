package org.conntwin.tracker.userspace.helper.pptp;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.protocol.SourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * Which source key the packets of a call have: they show only the call id of who receives them. Two for each control
 * connection with a call, so bounded by the flows there are. Guarded by the tracker's lock.
 */
public final class GreKeys implements SourceKeys {
    private static final int BUCKETS = 1024;

    private final @Nullable Known[] buckets = new @Nullable Known[BUCKETS];

    /** Of one direction of a call. */
    static final class Known {
        private final Tuple tuple;

        private @Nullable Known next;

        private Known(Tuple tuple) {
            this.tuple = tuple;
        }

        boolean shows(Tuple other) {
            return tuple.sourceHigh() == other.sourceHigh()
                    && tuple.sourceLow() == other.sourceLow()
                    && tuple.destinationHigh() == other.destinationHigh()
                    && tuple.destinationLow() == other.destinationLow()
                    && tuple.destinationKey() == other.destinationKey();
        }
    }

    /** Knows nothing. */
    public GreKeys() {}

    @Override
    public int of(TupleKey packet) {
        int bucket = bucket(packet.sourceLow, packet.destinationLow, packet.destinationKey());
        for (Known known = buckets[bucket]; known != null; known = known.next) {
            Tuple tuple = known.tuple;
            if (tuple.sourceLow() == packet.sourceLow
                    && tuple.destinationLow() == packet.destinationLow
                    && tuple.destinationKey() == packet.destinationKey()
                    && tuple.sourceHigh() == packet.sourceHigh
                    && tuple.destinationHigh() == packet.destinationHigh) {
                return tuple.sourceKey();
            }
        }
        return 0;
    }

    /** Learns one; an older one of the same packets goes before it. */
    Known add(Tuple tuple) {
        Known known = new Known(tuple);
        int bucket = bucket(tuple);
        Known last = buckets[bucket];
        if (last == null) {
            buckets[bucket] = known;
        } else {
            while (last.next != null) {
                last = last.next;
            }
            last.next = known;
        }
        return known;
    }

    /** Forgets one. */
    void remove(Known known) {
        int bucket = bucket(known.tuple);
        Known before = buckets[bucket];
        if (before == known) {
            buckets[bucket] = known.next;
            return;
        }
        while (before != null && before.next != known) {
            before = before.next;
        }
        if (before != null) {
            before.next = known.next;
        }
    }

    private static int bucket(Tuple tuple) {
        return bucket(tuple.sourceLow(), tuple.destinationLow(), tuple.destinationKey());
    }

    private static int bucket(long source, long destination, int key) {
        long mixed = (source * 31 + destination) * 31 + key;
        return (int) (mixed ^ mixed >>> 16) & BUCKETS - 1;
    }
}
