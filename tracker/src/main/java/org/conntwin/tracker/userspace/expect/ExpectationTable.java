package org.conntwin.tracker.userspace.expect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.TupleHash;
import org.jspecify.annotations.Nullable;

/**
 * The expectations: found by the tuple of a flow's first packet, gone when hit, with their master, or with their time.
 * No two of them overlap, so that at most one matches a tuple. What is kept is bounded by {@link #MAX}. Rules and order
 * of events are the kernel's ({@code nf_conntrack_expect.c}); a life ends on time, not when somebody meets it: every
 * call first ends the lives that are over. Guarded by the tracker's lock; time as in the tracker.
 */
public final class ExpectationTable {
    /** Most expectations at a time; a further one is refused (kernel: nf_conntrack_expect_max). */
    public static final int MAX = 4096;

    private static final int BUCKETS = 1024;
    private static final long SECOND = 1_000_000_000L;

    private final @Nullable Expected[] buckets = new @Nullable Expected[BUCKETS];
    private final TupleHash hash = TupleHash.random();
    /** Of each master that has any, the oldest first. */
    private final IdentityHashMap<Flow, List<Expected>> masters = new IdentityHashMap<>();

    private final TreeSet<Expected> ends = new TreeSet<>(
            Comparator.<Expected>comparingLong(expected -> expected.end).thenComparingLong(Expected::serial));
    private final ExpectPolicies policies;
    private final ExpectationSink sink;
    private final int commonPortMask;
    private long serial;

    /** An empty table. */
    public ExpectationTable(ExpectPolicies policies, ExpectationSink sink) {
        this.policies = policies;
        this.sink = sink;
        commonPortMask = policies.commonPortMask();
    }

    /** Number of expectations, those whose life is over but not yet ended among them. */
    public int count() {
        return ends.size();
    }

    /**
     * Lets {@code master} expect a flow, for as long as its helper's policy says.
     *
     * @param asked what; the helper's {@link Retention} is added to it
     * @param heard whether the sink hears of the new one; it hears of those that make room in any case
     * @return {@link Outcome#DONE}, also when it replaced an equal one or the master's oldest of its class, or when one
     *     that is kept covers it;
     *     {@link Outcome#UNSUPPORTED} when the master has no helper; {@link Outcome#INVALID} when its helper has no such
     *     class; {@link Outcome#FAILED} when the master expects the same in another class; {@link Outcome#BUSY} when it
     *     overlaps another one; {@link Outcome#TABLE_FULL}
     */
    public Outcome expect(Flow master, Wanted asked, boolean heard, long now) {
        String helper = master.helper();
        if (helper == null) {
            return Outcome.UNSUPPORTED;
        }
        ExpectPolicy policy = policies.of(helper, asked.expectClass());
        if (policy == null) {
            return Outcome.INVALID;
        }
        Retention retention = policies.retention(helper);
        Wanted wanted = asked.kept(retention);
        expire(now, Integer.MAX_VALUE);
        Expected rival = rival(wanted, master.zone().id());
        if (rival != null) {
            boolean same = rival.master() == master
                    && rival.wanted().tuple().equals(wanted.tuple())
                    && rival.wanted().mask().equals(wanted.mask());
            if (!same) {
                boolean covered = retention.keep()
                        && rival.master() == master
                        && rival.wanted().expectClass() == wanted.expectClass()
                        && rival.wanted().mask().equals(wanted.mask());
                return covered ? Outcome.DONE : Outcome.BUSY;
            }
            if (rival.wanted().expectClass() != wanted.expectClass()) {
                return Outcome.FAILED;
            }
            remove(rival, now);
        }
        makeRoom(master, wanted.expectClass(), policy.limit(), now);
        if (ends.size() >= MAX) {
            return Outcome.TABLE_FULL;
        }
        int seconds = retention.keep() ? Retention.KEPT_SECONDS : policy.timeoutSeconds();
        Expected expected = new Expected(wanted, master, ++serial, now + seconds * SECOND);
        int bucket = bucket(wanted.tuple());
        expected.next = buckets[bucket];
        buckets[bucket] = expected;
        masters.computeIfAbsent(master, first -> new ArrayList<>(2)).add(expected);
        ends.add(expected);
        if (heard) {
            sink.expectation(EventKind.NEW, expected.model(now), now);
        }
        return Outcome.DONE;
    }

    /**
     * The expectation that a new flow fulfils; it is gone from then on unless it is permanent. Nothing is fulfilled
     * while it is inactive, or when its master is not confirmed or dying.
     *
     * @param tuple of the first packet
     * @param zone id of its zone
     */
    public @Nullable Expected take(Tuple tuple, int zone, long now) {
        if (ends.isEmpty()) {
            return null;
        }
        expire(now, Integer.MAX_VALUE);
        Expected found = match(tuple, zone);
        if (found == null || found.wanted().has(Expectation.INACTIVE)) {
            return null;
        }
        if (!found.master().confirmed() || found.master().has(Status.DYING)) {
            return null;
        }
        if (!found.wanted().has(Expectation.PERMANENT)) {
            remove(found, now);
        }
        return found;
    }

    /** The expectation that a tuple matches, in whatever condition it is; null for none. */
    public @Nullable Expected find(Tuple tuple, int zone, long now) {
        expire(now, Integer.MAX_VALUE);
        return match(tuple, zone);
    }

    /**
     * Has an expectation of this table be fulfilled from now on; where it was inactive, that is told, as its copies
     * elsewhere would never be otherwise (the kernel tells nothing).
     *
     * @param heard whether the sink hears of it
     */
    public void activate(Expected expected, boolean heard, long now) {
        Wanted wanted = expected.wanted();
        if (wanted.has(Expectation.INACTIVE)) {
            expected.wanted = wanted.flagged(wanted.flags() & ~Expectation.INACTIVE);
            if (heard) {
                sink.expectation(EventKind.UPDATE, expected.model(now), now);
            }
        }
    }

    /** Gives an expectation of this table so many seconds from now; no event tells it. */
    public void lifetime(Expected expected, int seconds, long now) {
        ends.remove(expected);
        expected.end = now + seconds * SECOND;
        ends.add(expected);
    }

    /** The same; {@code heard} is whether the sink hears of it. */
    void lifetime(Expected expected, int seconds, boolean heard, long now) {
        lifetime(expected, seconds, now);
        if (heard) {
            sink.expectation(EventKind.UPDATE, expected.model(now), now);
        }
    }

    /** Takes an expectation out and tells so; nothing when it is out already. */
    public void remove(Expected expected, long now) {
        remove(expected, true, now);
    }

    /** Takes an expectation out; {@code heard} is whether the sink hears of it. */
    void remove(Expected expected, boolean heard, long now) {
        if (!ends.remove(expected)) {
            return;
        }
        unlink(expected);
        List<Expected> siblings = masters.get(expected.master());
        if (siblings != null) {
            siblings.remove(expected);
            if (siblings.isEmpty()) {
                masters.remove(expected.master());
            }
        }
        if (heard) {
            sink.expectation(EventKind.DESTROY, expected.model(now), now);
        }
    }

    /** Takes out what {@code master} expects, the youngest first, and tells so. */
    public void removeOf(Flow master, long now) {
        List<Expected> all = masters.get(master);
        if (all != null) {
            for (Expected expected : List.copyOf(all).reversed()) {
                remove(expected, now);
            }
        }
    }

    /** Takes out everything and tells so. */
    public void clear(long now) {
        expire(now, Integer.MAX_VALUE);
        for (Expected expected : List.copyOf(ends)) {
            remove(expected, now);
        }
    }

    /** Visits every expectation, the one that ends first first; the visitor must not change the table. */
    public void forEach(Consumer<? super Expected> visitor) {
        ends.forEach(visitor);
    }

    /** Whether this flow expects any. */
    public boolean expects(Flow master) {
        return masters.containsKey(master);
    }

    /** What this flow expects, the oldest first. */
    public Collection<Expected> of(Flow master) {
        return List.copyOf(masters.getOrDefault(master, List.of()));
    }

    /** When the next life ends, in the tracker's nanoseconds; {@link Long#MAX_VALUE} for none. */
    public long nextEnd() {
        return ends.isEmpty() ? Long.MAX_VALUE : ends.first().end;
    }

    /**
     * Ends lives that are over, in their order, each told with the time of its end.
     *
     * @param most expectations to end, which bounds the time this takes
     */
    public void expire(long now, int most) {
        for (int i = 0; i < most && nextEnd() <= now; i++) {
            Expected first = ends.first();
            remove(first, first.end);
        }
    }

    /** The oldest of the class goes when the master has as many as it may. */
    private void makeRoom(Flow master, int expectClass, int limit, long now) {
        Expected oldest = null;
        int present = 0;
        for (Expected expected : masters.getOrDefault(master, List.of())) {
            if (expected.wanted().expectClass() == expectClass) {
                oldest = oldest == null ? expected : oldest;
                present++;
            }
        }
        if (oldest != null && present >= limit) {
            remove(oldest, now);
        }
    }

    private @Nullable Expected rival(Wanted wanted, int zone) {
        Expected expected = buckets[bucket(wanted.tuple())];
        while (expected != null && !(expected.wanted().overlaps(wanted) && expected.zone() == zone)) {
            expected = expected.next;
        }
        return expected;
    }

    private @Nullable Expected match(Tuple tuple, int zone) {
        Expected expected = buckets[bucket(tuple)];
        while (expected != null && !(expected.wanted().matches(tuple) && expected.zone() == zone)) {
            expected = expected.next;
        }
        return expected;
    }

    private void unlink(Expected expected) {
        int bucket = bucket(expected.wanted().tuple());
        Expected before = buckets[bucket];
        if (before == expected) {
            buckets[bucket] = expected.next;
        } else {
            while (before != null && before.next != expected) {
                before = before.next;
            }
            if (before != null) {
                before.next = expected.next;
            }
        }
        expected.next = null;
    }

    private int bucket(Tuple tuple) {
        return hash.of(
                        0,
                        0,
                        tuple.destinationHigh(),
                        tuple.destinationLow(),
                        tuple.destinationKey() & commonPortMask,
                        tuple.protocol(),
                        0)
                & BUCKETS - 1;
    }
}
