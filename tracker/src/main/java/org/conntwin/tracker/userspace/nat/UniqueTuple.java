package org.conntwin.tracker.userspace.nat;

import java.util.random.RandomGenerator;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.tcp.Succession;
import org.conntwin.tracker.userspace.track.Tracker;
import org.jspecify.annotations.Nullable;

/**
 * Finds a tuple for a flow that is to have another end: as near to what it has as can be, its answer nobody else's
 * (kernel behaviour: {@code get_unique_tuple}). The search is bounded: when as many keys were tried in vain, the last of
 * them is taken, and the flow finds no place in the table. Guarded by the tracker's lock.
 */
final class UniqueTuple {
    /** Keys tried in the first round; each further one tries half as many, from another beginning. */
    private static final int MOST_ATTEMPTS = 128;

    private static final int LEAST_ATTEMPTS = 16;
    /** In the last attempts of a round a connection that is over makes room. */
    private static final int LAST_ATTEMPTS = 32;

    private static final int CLASHING = Status.SRC_NAT | Status.DST_NAT | Status.SEQ_ADJUST;

    private final Tracker tracker;
    private final SourceIndex sources;
    private final RandomGenerator random;
    private final TupleKey answer = new TupleKey();

    UniqueTuple(Tracker tracker, SourceIndex sources, RandomGenerator random) {
        this.tracker = tracker;
        this.sources = sources;
        this.random = random;
    }

    /**
     * Gives one end of {@code tuple} what {@code target} asks for.
     *
     * @param tuple the flow's packets as they are before this translation; changed in place
     * @param flow not confirmed
     */
    void choose(TupleKey tuple, boolean source, Target target, Flow flow, long now) {
        if (source) {
            if (target.holdsSource(tuple)) {
                if (!takenByAnother(tuple, flow, now)) {
                    return;
                }
            } else if (reused(tuple, target, flow, now)) {
                return;
            }
            tuple.sourceHigh = target.high();
            tuple.sourceLow = target.low();
        } else {
            tuple.destinationHigh = target.high();
            tuple.destinationLow = target.low();
        }
        if (target.hasKeys()) {
            if (target.holdsKey(tuple, source) && (target.first() == target.last() || !taken(tuple, flow, now))) {
                return;
            }
        } else if (!taken(tuple, flow, now)) {
            return;
        }
        search(tuple, source, target, flow, now);
    }

    private boolean reused(TupleKey tuple, Target target, Flow flow, long now) {
        long high = tuple.sourceHigh;
        long low = tuple.sourceLow;
        int keys = tuple.keys;
        if (sources.reuse(tuple, target, flow.zone().originalId()) && !taken(tuple, flow, now)) {
            return true;
        }
        tuple.sourceHigh = high;
        tuple.sourceLow = low;
        tuple.keys = keys;
        return false;
    }

    /** Tries keys of the range, or of the class that the present key belongs to. */
    private void search(TupleKey tuple, boolean source, Target target, Flow flow, long now) {
        boolean icmp = Protocol.isIcmp(tuple.protocol);
        boolean ports = Target.knowsPorts(tuple.protocol);
        if (!icmp && !ports && (tuple.protocol != Protocol.GRE || flow.master() == null)) {
            return;
        }
        int first = target.first();
        int last = target.last();
        if (!target.hasKeys()) {
            if (ports && !source) {
                return;
            }
            int present = tuple.sourceKey();
            first = !ports ? (icmp ? 0 : 1) : present < 512 ? 1 : present < 1024 ? 600 : 1024;
            last = !ports || present >= 1024 ? 65_535 : present < 512 ? 511 : 1023;
        }
        boolean sourceKey = source || icmp;
        int size = last - first + 1;
        int attempts = Math.min(size, MOST_ATTEMPTS);
        int at = source ? random.nextInt(1 << 16) : 0;
        while (true) {
            for (int i = 0; i < attempts; i++) {
                int key = first + at++ % size;
                tuple.keys = sourceKey ? key << 16 | tuple.destinationKey() : tuple.keys & 0xffff_0000 | key;
                if (!takenFor(tuple, flow, attempts - i, now)) {
                    return;
                }
            }
            if (attempts >= size || attempts < LEAST_ATTEMPTS) {
                return;
            }
            attempts /= 2;
            at = random.nextInt(1 << 16);
        }
    }

    /** Whether the answer to the tuple is another flow's already. */
    private boolean taken(TupleKey tuple, Flow flow, long now) {
        return rival(tuple, flow, now) != null;
    }

    /** The same, but a connection that is over may be asked to go. */
    private boolean takenFor(TupleKey tuple, Flow flow, int attemptsLeft, long now) {
        Flow other = rival(tuple, flow, now);
        if (other == null || attemptsLeft > LAST_ATTEMPTS) {
            return other != null;
        }
        if (tracker.table().direction() == Flow.ORIGINAL || !Succession.allowed(other, flow)) {
            return true;
        }
        tracker.kill(other, now);
        return false;
    }

    /**
     * The same for a tuple that stays as it is: where a protocol allows it, a flow that runs the other way between the
     * same ends, because both spoke at once, is no hindrance.
     */
    private boolean takenByAnother(TupleKey tuple, Flow flow, long now) {
        Flow other = rival(tuple, flow, now);
        if (other == null || !tracker.allowsClash(flow.protocol())) {
            return other != null;
        }
        return other.has(CLASHING)
                || !other.original().equals(flow.reply())
                || !other.reply().equals(flow.original());
    }

    private @Nullable Flow rival(TupleKey tuple, Flow flow, long now) {
        answer.set(tuple.tuple().inverted());
        return tracker.find(answer, flow.zone(), now);
    }
}
