package org.conntwin.tracker.userspace.live;

import java.util.Map;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.TupleHash;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/**
 * Flows of packets that are between the two passes, by the tuple that a packet shows there: flows that are in no table
 * yet, and translated ones, which the table knows by other tuples. Of two flows whose packets show the same tuple there,
 * the one whose packet came last counts. Bounded: the entry that was made first gives way; one whose packet never comes
 * back, as a ruleset dropped it, goes after its lifetime. Guarded by the table's lock.
 */
final class BetweenPasses {
    private static final class Entry {
        final TupleKey key = new TupleKey();

        @Nullable
        Flow flow;

        long until;
        int bucket;

        @Nullable
        Entry next;

        @Nullable
        Entry older;

        @Nullable
        Entry newer;
    }

    private final @Nullable Entry[] buckets;
    private final TupleHash hash = TupleHash.random();
    private final int capacity;
    private final long lifetime;
    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private @Nullable Entry free;
    private int size;
    private long evicted;
    private long lapsed;

    /**
     * An empty one.
     *
     * @param capacity most entries, a power of two
     * @param lifetime nanoseconds that an entry lives
     */
    BetweenPasses(int capacity, long lifetime) {
        this.capacity = capacity;
        this.lifetime = lifetime;
        buckets = new @Nullable Entry[capacity];
    }

    /** Entries. */
    int size() {
        return size;
    }

    /** Entries that gave way to others before their time. */
    long evicted() {
        return evicted;
    }

    /** Entries of new flows whose first packet never left: a ruleset dropped it. */
    long lapsed() {
        return lapsed;
    }

    /** A packet of the flow goes to the second pass with this tuple. */
    void put(TupleKey key, Flow flow, long now) {
        expire(now);
        int bucket = bucket(key);
        Entry entry = find(bucket, key);
        if (entry == null) {
            if (size == capacity && oldest != null) {
                evicted++;
                remove(oldest);
            }
            entry = add(bucket, key);
        } else {
            Flow present = entry.flow;
            if (present != null && beginsExpected(present) && !flow.confirmed() && !flow.has(Status.EXPECTED)) {
                // What was expected went with the first packet; a second one must not begin the flow without it.
                return;
            }
            unlinkAge(entry);
        }
        entry.flow = flow;
        entry.until = now + lifetime;
        linkNewest(entry);
    }

    private static boolean beginsExpected(Flow present) {
        return !present.confirmed() && present.has(Status.EXPECTED);
    }

    /** The same where the tuple is another's there: only its latest user counts. */
    void replace(TupleKey key, Flow flow, long now) {
        if (size > 0 && find(bucket(key), key) != null) {
            put(key, flow, now);
        }
    }

    /** The flow of a packet that comes back with this tuple; null when the table knows it by that, or nobody does. */
    @Nullable
    Flow take(TupleKey key, long now) {
        if (size == 0) {
            return null;
        }
        Entry entry = find(bucket(key), key);
        if (entry == null) {
            return null;
        }
        Flow flow = entry.flow;
        if (entry.until <= now) {
            flow = null;
            lapse(entry);
        } else if (flow != null && !Status.translated(flow.status) && (!flow.confirmed() || flow.has(Status.DYING))) {
            // Further packets find it in the table; a half translated tuple is none that the table knows.
            remove(entry);
        }
        return flow;
    }

    /** The flow of a packet that went on with this tuple a while ago; null when that is not known. */
    @Nullable
    Flow find(TupleKey key, long now) {
        Entry entry = size == 0 ? null : find(bucket(key), key);
        return entry == null || entry.until <= now ? null : entry.flow;
    }

    /** What is there now and became of others, by name; without traffic nobody else lets entries go. */
    void addTo(Map<String, Long> named, long now) {
        expire(now);
        named.put("liveBetweenPasses", (long) size);
        named.put("liveNeverLeft", lapsed);
        named.put("liveEvicted", evicted);
    }

    /** Lets entries go whose time is over. */
    void expire(long now) {
        Entry first = oldest;
        while (first != null && first.until <= now) {
            lapse(first);
            first = oldest;
        }
    }

    private void lapse(Entry entry) {
        Flow flow = entry.flow;
        if (flow != null && !flow.confirmed()) {
            lapsed++;
        }
        remove(entry);
    }

    private int bucket(TupleKey key) {
        return hash.either(key, 0) & capacity - 1;
    }

    private @Nullable Entry find(int bucket, TupleKey key) {
        Entry entry = buckets[bucket];
        while (entry != null && !same(entry.key, key)) {
            entry = entry.next;
        }
        return entry;
    }

    private static boolean same(TupleKey one, TupleKey other) {
        return one.keys == other.keys
                && one.sourceLow == other.sourceLow
                && one.destinationLow == other.destinationLow
                && one.protocol == other.protocol
                && one.sourceHigh == other.sourceHigh
                && one.destinationHigh == other.destinationHigh
                && one.family == other.family;
    }

    private Entry add(int bucket, TupleKey key) {
        Entry entry = free;
        if (entry == null) {
            entry = new Entry();
        } else {
            free = entry.next;
        }
        TupleKey own = entry.key;
        own.family = key.family;
        own.protocol = key.protocol;
        own.sourceHigh = key.sourceHigh;
        own.sourceLow = key.sourceLow;
        own.destinationHigh = key.destinationHigh;
        own.destinationLow = key.destinationLow;
        own.keys = key.keys;
        entry.bucket = bucket;
        entry.next = buckets[bucket];
        buckets[bucket] = entry;
        size++;
        return entry;
    }

    private void remove(Entry entry) {
        Entry before = buckets[entry.bucket];
        if (before == entry) {
            buckets[entry.bucket] = entry.next;
        } else {
            while (before != null && before.next != entry) {
                before = before.next;
            }
            if (before != null) {
                before.next = entry.next;
            }
        }
        unlinkAge(entry);
        entry.flow = null;
        entry.next = free;
        free = entry;
        size--;
    }

    private void linkNewest(Entry entry) {
        entry.older = newest;
        entry.newer = null;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
    }

    private void unlinkAge(Entry entry) {
        Entry older = entry.older;
        Entry newer = entry.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
    }
}
