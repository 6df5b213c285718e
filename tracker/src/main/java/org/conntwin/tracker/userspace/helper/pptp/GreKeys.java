package org.conntwin.tracker.userspace.helper.pptp;

import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.flow.TupleHash;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.protocol.SourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * Which source key the packets of a call have: they show only the call id of who receives them. Two for each control
 * connection with a call, at most {@link #MOST} in all and {@link #MOST_ALIKE} where several calls show the same; further
 * ones are not learnt. Guarded by the tracker's lock.
 */
public final class GreKeys implements SourceKeys {
    /** Most that are known at a time, two for each call. */
    static final int MOST = 1 << 17;
    /** Most that fall into one bucket: none but those whose packets look alike do so in such numbers. */
    static final int MOST_ALIKE = 32;

    private static final int BUCKETS = 1 << 16;
    private static final int FIRST_BUCKETS = 1 << 10;

    private final TupleHash hash = TupleHash.random();
    private @Nullable Known[] buckets = new @Nullable Known[FIRST_BUCKETS];
    private int count;

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
        if (count == 0) {
            return 0;
        }
        int bucket = bucket(
                packet.sourceHigh,
                packet.sourceLow,
                packet.destinationHigh,
                packet.destinationLow,
                packet.destinationKey());
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

    /** Learns one; an older one of the same packets goes before it. Null when there is no room for it. */
    @Nullable
    Known add(Tuple tuple) {
        if (count >= MOST) {
            return null;
        }
        if (count >= buckets.length && buckets.length < BUCKETS) {
            grow();
        }
        Known known = new Known(tuple);
        if (!append(known)) {
            return null;
        }
        count++;
        return known;
    }

    private boolean append(Known known) {
        int bucket = bucket(known.tuple);
        Known last = buckets[bucket];
        if (last == null) {
            buckets[bucket] = known;
            return true;
        }
        int alike = 1;
        while (last.next != null) {
            last = last.next;
            alike++;
        }
        if (alike >= MOST_ALIKE) {
            return false;
        }
        last.next = known;
        return true;
    }

    /** Twice the buckets: the chains become no longer, and keep their order. */
    private void grow() {
        @Nullable Known[] before = buckets;
        buckets = new @Nullable Known[2 * before.length];
        for (Known first : before) {
            Known known = first;
            while (known != null) {
                Known next = known.next;
                known.next = null;
                append(known);
                known = next;
            }
        }
    }

    /** Forgets one. */
    void remove(Known known) {
        int bucket = bucket(known.tuple);
        Known before = buckets[bucket];
        if (before == known) {
            buckets[bucket] = known.next;
            count--;
            return;
        }
        while (before != null && before.next != known) {
            before = before.next;
        }
        if (before != null) {
            before.next = known.next;
            count--;
        }
    }

    /** Keys known. */
    int count() {
        return count;
    }

    private int bucket(Tuple tuple) {
        return bucket(
                tuple.sourceHigh(),
                tuple.sourceLow(),
                tuple.destinationHigh(),
                tuple.destinationLow(),
                tuple.destinationKey());
    }

    private int bucket(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int key) {
        return hash.of(sourceHigh, sourceLow, destinationHigh, destinationLow, key, 0, 0) & buckets.length - 1;
    }
}
