package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Flows that are made, changed and removed from outside, with the answers that ctnetlink gives: what must be there, what
 * may change, in which order it is looked at, what is told. Guarded by the tracker's lock.
 */
public final class FlowChanges {
    private static final long SECOND = 1_000_000_000L;
    private static final int SCALE_MOST = 14;
    /** What a request tells of, whether it changed or not. */
    private static final int REQUESTED = EventBits.REPLY
            | EventBits.ASSURED
            | EventBits.PROTOCOL_STATE
            | EventBits.HELPER
            | EventBits.MARK
            | EventBits.SEQUENCE_ADJUSTMENT
            | EventBits.LABEL
            | EventBits.SYN_PROXY;
    /** Bits that make another entry of it when they differ. */
    private static final int UNTOUCHABLE = Status.EXPECTED | Status.CONFIRMED | Status.DYING;

    private final Tracker tracker;
    private final boolean anyHelper;

    /** Changes the tracker's flows; entries with a helper that does not exist are refused. */
    public FlowChanges(Tracker tracker) {
        this(tracker, false);
    }

    /**
     * Changes the tracker's flows.
     *
     * @param anyHelper whether entries may name helpers that do not exist, which then do nothing
     */
    public FlowChanges(Tracker tracker, boolean anyHelper) {
        this.tracker = tracker;
        this.anyHelper = anyHelper;
    }

    /**
     * Makes a flow of the entry. A lifetime of 0 is over at once.
     *
     * @param heard whether the tracker's sink hears of it; flows that make room or are over are told in any case
     */
    public Outcome insert(Conntrack entry, boolean heard, long now) {
        Tuple original = entry.original();
        if (entry.timeoutSeconds() == Conntrack.UNKNOWN) {
            return Outcome.INVALID;
        }
        Tuple reply = TranslatedReply.of(entry);
        Zone zone = entry.zone();
        if (reply.protocol() != original.protocol() || reply.family() != original.family() || !valid(entry.state())) {
            return Outcome.INVALID;
        }
        if (find(original, zone, now) != null || find(reply, zone, now) != null) {
            return Outcome.EXISTS;
        }
        String helper = entry.helper();
        if (helper != null && !anyHelper && tracker.helpers().find(helper, original.protocol()) == null) {
            return Outcome.HELPER_UNKNOWN;
        }
        Tuple masterTuple = entry.master();
        Flow master = masterTuple == null ? null : find(masterTuple, zone, now);
        if (masterTuple != null && master == null) {
            return Outcome.MASTER_MISSING;
        }
        Flow flow = tracker.restored(original, reply, zone, now);
        if (flow == null) {
            return Outcome.TABLE_FULL;
        }
        flow.status = entry.status() & Status.SETTABLE | TranslatedReply.status(entry, reply);
        if (master != null) {
            flow.extras().master = master;
            flow.status |= Status.EXPECTED;
        }
        flow.state = tracker.protocol(original.protocol()).restore(entry.state());
        flow.mark = entry.mark();
        extras(flow, entry);
        if (helper != null && !tracker.helpers().restore(flow, helper)) {
            flow.extras().helper = helper;
            flow.status |= Status.HELPER;
        }
        flow.end = now + entry.timeoutSeconds() * SECOND;
        if (!tracker.insert(flow, now)) {
            return Outcome.EXISTS;
        }
        if (master != null) {
            tracker.helpers().relatedRestored(master, original);
        }
        if (heard) {
            tracker.tell(flow, REQUESTED | (master == null ? EventBits.NEW : EventBits.RELATED), now);
        }
        return Outcome.DONE;
    }

    /**
     * Changes the flow with the entry's original tuple: lifetime, status bits that only grow, protocol state, mark,
     * sequence adjustment, labels, in this order; what came before a refusal stays changed. Addresses, helper and master
     * are not asked to change, whatever the entry says of them.
     *
     * @param heard whether the tracker's sink hears of it
     */
    public Outcome update(Conntrack entry, boolean heard, long now) {
        Flow flow = find(entry.original(), keyZone(entry.zone()), now);
        if (flow == null) {
            return Outcome.ABSENT;
        }
        // A fixed lifetime is not asked to change, and one that is fixed here refuses to.
        if (entry.timeoutSeconds() != Conntrack.UNKNOWN && !entry.has(Status.FIXED_TIMEOUT)) {
            if (flow.has(Status.FIXED_TIMEOUT)) {
                return Outcome.BUSY;
            }
            flow.end = now + entry.timeoutSeconds() * SECOND;
            tracker.table().shortened(flow);
        }
        if (entry.status() != 0 && !grow(flow, entry.status())) {
            return Outcome.BUSY;
        }
        ProtocolState told = entry.state();
        if (!valid(told)) {
            return Outcome.INVALID;
        }
        if (told != null) {
            flow.state = tracker.protocol(flow.protocol()).updated(flow.state, told);
        }
        flow.mark = entry.mark();
        extras(flow, entry);
        if (heard) {
            // What was held back of its beginning goes with this.
            int untold = flow.events & (EventBits.NEW | EventBits.RELATED);
            flow.events &= (short) ~untold;
            tracker.tell(flow, REQUESTED | untold, now);
        }
        return Outcome.DONE;
    }

    /** Removes the flow with the entry's original tuple. */
    public Outcome delete(Conntrack entry, boolean heard, long now) {
        Flow flow = find(entry.original(), keyZone(entry.zone()), now);
        if (flow == null) {
            return Outcome.ABSENT;
        }
        tracker.kill(flow, now, heard);
        return Outcome.DONE;
    }

    /** The flow that a request with this original tuple and zone means; null for none. */
    public @Nullable Flow named(Tuple original, Zone zone, long now) {
        return find(original, keyZone(zone), now);
    }

    /** Requests with an original tuple alone do not say a zone of the reply direction. */
    private static Zone keyZone(Zone zone) {
        return zone.scope() == Zone.Scope.REPLY ? Zone.DEFAULT : zone;
    }

    /** The living flow that has the tuple in either direction, in the zone that counts there. */
    private @Nullable Flow find(Tuple tuple, Zone zone, long now) {
        Flow flow = tracker.table().find(tuple, zone);
        if (flow != null && flow.ended(now)) {
            tracker.kill(flow, now);
            flow = tracker.table().find(tuple, zone);
        }
        return flow;
    }

    /** Whether the status was a legal one: nothing that was seen becomes unseen. */
    private static boolean grow(Flow flow, int told) {
        int wanted = Status.CONFIRMED | told & (Status.SETTABLE | Status.EXPECTED);
        int lost = flow.status & ~wanted;
        if (((flow.status ^ wanted) & UNTOUCHABLE) != 0 || (lost & (Status.SEEN_REPLY | Status.ASSURED)) != 0) {
            return false;
        }
        flow.status |= wanted & Status.SETTABLE;
        return true;
    }

    private static boolean valid(@Nullable ProtocolState told) {
        return switch (told) {
            case null -> true;
            case TcpState tcp ->
                tcp.state() >= 0
                        && tcp.state() < TcpState.NAMES.size()
                        && tcp.originalScale() <= SCALE_MOST
                        && tcp.replyScale() <= SCALE_MOST;
            case SctpState sctp -> sctp.state() >= 0 && sctp.state() < SctpState.NAMES.size();
        };
    }

    private static void extras(Flow flow, Conntrack entry) {
        SequenceAdjustment forward = entry.originalAdjustment();
        if (forward != null && !forward.isIdle()) {
            flow.extras().originalAdjustment = forward;
            flow.status |= Status.SEQ_ADJUST;
        }
        SequenceAdjustment back = entry.replyAdjustment();
        if (back != null && !back.isIdle()) {
            flow.extras().replyAdjustment = back;
            flow.status |= Status.SEQ_ADJUST;
        }
        labels(flow, entry.labels());
        if (entry.synProxy() != null) {
            flow.extras().synProxy = entry.synProxy();
        }
    }

    /** Labels that are not told stay; told ones take the place of all. */
    private static void labels(Flow flow, @Nullable Labels told) {
        if (told != null && !told.isEmpty()) {
            flow.extras().labels = told;
        } else if (told != null && flow.extras != null) {
            flow.extras.labels = null;
        }
    }
}
