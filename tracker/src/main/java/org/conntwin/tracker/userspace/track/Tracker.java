package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.helper.Helpers;
import org.conntwin.tracker.userspace.helper.broadcast.Networks;
import org.conntwin.tracker.userspace.helper.pptp.GreKeys;
import org.conntwin.tracker.userspace.overload.Overload;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.protocol.Judgement;
import org.conntwin.tracker.userspace.protocol.ProtocolTracker;
import org.conntwin.tracker.userspace.tcp.SequenceShift;
import org.jspecify.annotations.Nullable;

/**
 * The connection tracker: a packet {@linkplain #arrive arrives}, a ruleset decides, it {@linkplain #leave leaves}; a
 * flow is in the table from the moment its first packet leaves. Decisions, entries, lifetimes and events are those of
 * Linux 6.18. Not thread-safe: whoever shares it holds one lock around every call. Time is given with each call, in
 * nanoseconds of any clock that never goes back.
 */
public final class Tracker {
    /** A new flow whose packet would begin a newer one at once does not exist; a bound against errors of ours. */
    private static final int MAX_REPEATS = 4;

    private final FlowTable table;
    private final ProtocolTrackers protocols;
    private final EventSink sink;
    private final Relations relations;
    private final Overload overload;
    private final NewFlows newFlows;
    private final Confirmation confirmation;
    private final TrackerCounters counters = new TrackerCounters();
    /** The packet that an error speaks of. */
    private final Packet inner = new Packet();
    /** The tuple of the answer to {@link #inner}. */
    private final TupleKey answer = new TupleKey();

    private Zone lastZone = Zone.DEFAULT;

    /** A tracker with an empty table, which knows no networks. */
    public Tracker(TrackerSettings settings, EventSink sink) {
        this(settings, Networks.UNKNOWN, sink);
    }

    /** A tracker with an empty table; {@code networks} are those that helpers of broadcasts ask for. */
    public Tracker(TrackerSettings settings, Networks networks, EventSink sink) {
        this.sink = sink;
        table = new FlowTable(settings.maxEntries());
        GreKeys greKeys = new GreKeys();
        protocols = new ProtocolTrackers(settings, greKeys);
        overload = new Overload(
                settings.overload(), settings.maxEntries(), table, protocols::mayDropEarly, this::kill, sink::crowded);
        relations =
                new Relations(settings.helpers(), networks, greKeys, new TableReach(table, overload, this::kill), sink);
        newFlows = new NewFlows(settings, table, counters, overload);
        confirmation = new Confirmation(table, newFlows, overload, protocols, counters);
    }

    /** The flows. */
    public FlowTable table() {
        return table;
    }

    /** The flows that helpers expect. */
    public ExpectationTable expectations() {
        return relations.expectations();
    }

    /** Tells by which tuple a packet's flow is found again. */
    public ShownTuple shownTuple() {
        return new ShownTuple(protocols);
    }

    /** The helpers there are. */
    public Helpers helpers() {
        return relations.helpers();
    }

    /** What is done as the table fills up. */
    public Overload overload() {
        return overload;
    }

    /**
     * Sets the wall clock by which flows keep their start and stop.
     *
     * @param ahead nanoseconds that it is ahead of the tracker's time; 0 at first
     */
    public void wallClock(long ahead) {
        newFlows.wallOffset(ahead);
    }

    /** Sets what hears of flows for translation; nothing does at first. */
    public void binder(Binder hears) {
        confirmation.binder(hears);
    }

    /** Counters since the start. */
    public TrackerCounters counters() {
        return counters;
    }

    /**
     * A packet comes in. Its keys are filled in by this call.
     *
     * @param zone id of its zone, 0 to 65535
     * @param out takes what was found out
     */
    public void arrive(Packet packet, int zone, long now, Tracking out) {
        if (zone != lastZone.id()) {
            lastZone = Zone.of(zone, Zone.Scope.BOTH);
        }
        arrive(packet, lastZone, now, out);
    }

    /** The same in a zone that may count in one direction only. */
    public void arrive(Packet packet, Zone zone, long now, Tracking out) {
        ProtocolTracker protocol = protocols.of(packet);
        out.packet = packet;
        switch (protocol.admit(packet, inner)) {
            case TRACKED -> track(protocol, packet, zone, now, out);
            case ERROR -> relate(packet, zone, now, out);
            case UNTRACKED -> out.set(PacketState.UNTRACKED, null, Flow.ORIGINAL);
            case INVALID -> wrongError(out);
        }
    }

    /** An error belongs to the flow of the packet it speaks of, and must go to where that packet came from. */
    private void relate(Packet packet, Zone zone, long now, Tracking out) {
        ProtocolTracker protocol = protocols.of(inner);
        if (packet.key.destinationLow == inner.key.sourceLow
                && packet.key.destinationHigh == inner.key.sourceHigh
                && protocol.keys(inner)
                && protocol.invertible(inner)) {
            answer.set(inner.key.tuple().inverted());
            Flow flow = find(answer, zone, now);
            if (flow != null) {
                out.set(PacketState.RELATED, flow, table.direction());
                return;
            }
        }
        wrongError(out);
    }

    private void track(ProtocolTracker protocol, Packet packet, Zone zone, long now, Tracking out) {
        for (int round = 0; round < MAX_REPEATS; round++) {
            if (!protocol.keys(packet)) {
                invalid(out);
                return;
            }
            Flow flow = find(packet.key, zone, now);
            int direction = Flow.ORIGINAL;
            PacketState state = PacketState.NEW;
            if (flow == null) {
                if (!protocol.invertible(packet)) {
                    invalid(out);
                    return;
                }
                flow = begin(packet, zone, now);
                if (flow == null) {
                    out.set(PacketState.INVALID, null, Flow.ORIGINAL);
                    out.dropped = true;
                    counters.dropped++;
                    return;
                }
            } else {
                direction = table.direction();
                if (direction == Flow.REPLY || flow.has(Status.SEEN_REPLY)) {
                    state = PacketState.ESTABLISHED;
                }
            }
            if (state == PacketState.NEW && flow.has(Status.EXPECTED)) {
                state = PacketState.RELATED;
            }
            if (judged(flow, protocol, packet, direction, now, state, out)) {
                return;
            }
        }
        invalid(out);
    }

    /** Whether the packet's fate is sealed; otherwise it is looked up again. */
    private boolean judged(
            Flow flow,
            ProtocolTracker protocol,
            Packet packet,
            int direction,
            long now,
            PacketState state,
            Tracking out) {
        long end = flow.end;
        Judgement judgement = protocol.track(flow, packet, direction, now);
        if (flow.end != end && judgement == Judgement.ACCEPT) {
            overload.refreshed(flow, now);
        }
        if (flow.end < end && flow.confirmed()) {
            table.shortened(flow);
        }
        switch (judgement) {
            case ACCEPT, LAST -> {
                out.set(state, flow, direction);
                if (judgement == Judgement.LAST) {
                    kill(flow, now);
                }
                if (direction == Flow.REPLY && !flow.has(Status.SEEN_REPLY)) {
                    flow.status |= Status.SEEN_REPLY;
                    flow.events |= EventBits.REPLY;
                }
            }
            case INVALID -> invalid(out);
            case DROP, KILL -> {
                if (judgement == Judgement.KILL) {
                    kill(flow, now);
                }
                out.set(state, null, direction);
                out.dropped = true;
                counters.dropped++;
            }
            case REPEAT -> {
                kill(flow, now);
                return false;
            }
        }
        return true;
    }

    /** The packet leaves: its flow is confirmed and what changed on it is told. May drop the packet. */
    public void leave(Tracking packet, long now) {
        Flow met = packet.flow;
        if (met == null) {
            return;
        }
        Flow flow = relations.pass(packet, met, now) ? met : null;
        Packet bytes = packet.packet;
        // What is related was written by who saw the numbers as they came.
        if (flow != null && bytes != null && packet.state != PacketState.RELATED && flow.has(Status.SEQ_ADJUST)) {
            SequenceShift.apply(flow, bytes, packet.direction);
        }
        if (flow != null && !flow.confirmed() && packet.direction == Flow.ORIGINAL) {
            flow = confirmation.confirm(flow, packet.direction, now);
        }
        packet.flow = flow;
        if (flow != met && !met.confirmed()) {
            relations.end(met, now);
        }
        if (flow == null) {
            packet.dropped = true;
            counters.dropped++;
        } else {
            tell(flow, now);
        }
    }

    /** Tells what changed on a flow since its last event, if anything did and it is in the table. */
    public void tell(Flow flow, long now) {
        int bits = flow.events;
        if (bits != 0 && flow.confirmed() && !flow.has(Status.DYING) && !holdsBack(flow)) {
            flow.events = 0;
            tell(flow, bits, now);
        }
    }

    /** A master is told in any case: it may be one without ever getting an answer, as of TFTP. */
    private boolean holdsBack(Flow flow) {
        return !(flow.helper() != null && expectations().expects(flow)) && overload.holdsBack(flow);
    }

    /** Tells of the changes that {@code bits} name, whatever waits to be told. */
    void tell(Flow flow, int bits, long now) {
        EventKind kind = (bits & (EventBits.NEW | EventBits.RELATED)) != 0 ? EventKind.NEW : EventKind.UPDATE;
        sink.conntrack(kind, EventEntry.of(kind, flow, bits, now), now);
    }

    /** The machine itself resets the flow's connection; nothing for one that is not in the table. */
    public void reset(Flow flow, long now) {
        if (flow.confirmed() && !flow.has(Status.DYING)) {
            long end = flow.end;
            protocols.of(flow.protocol()).reset(flow, now);
            if (flow.end < end) {
                table.shortened(flow);
            }
        }
    }

    /** Takes a flow out of the table and tells so; nothing when it is out already. */
    public void kill(Flow flow, long now) {
        kill(flow, now, true);
    }

    /** Takes a flow out of the table; {@code heard} is whether the sink hears of it. */
    void kill(Flow flow, long now, boolean heard) {
        if (flow.confirmed() && !flow.has(Status.DYING)) {
            table.remove(flow);
            flow.status |= Status.DYING;
            newFlows.ended(flow, Math.min(now, flow.end));
            // Whose beginning was held back needs no end.
            if (heard && (flow.events & EventBits.NEW) == 0) {
                sink.conntrack(EventKind.DESTROY, EventEntry.of(EventKind.DESTROY, flow, 0, now), now);
            }
            relations.end(flow, now);
            confirmation.binder().ended(flow);
        }
    }

    /**
     * Kills flows and expectations whose life is over, in the order of their ends, each told with the time of its end;
     * then a table that is nearly full has its turn.
     *
     * @param steps most of them to look at, which bounds the time this takes
     * @return whether some may be left
     */
    public boolean expire(long now, int steps) {
        for (int step = 0; step < steps; step++) {
            Flow flow = table.ended(now, steps - step);
            if (flow == null && table.pending(now)) {
                return true;
            }
            long end = flow == null ? now : flow.end;
            if (expectations().nextEnd() <= end) {
                expectations().expire(end, 1);
            } else if (flow == null) {
                // Only then: what is over anyway makes room, too.
                overload.turn(now);
                return false;
            } else {
                kill(flow, end);
            }
        }
        return true;
    }

    /** The living flow with this tuple in either direction, which {@link FlowTable#direction} tells; null for none. */
    public @Nullable Flow find(TupleKey key, Zone zone, long now) {
        Flow flow = table.find(key, zone.originalId(), zone.replyId());
        if (flow != null && flow.ended(now)) {
            kill(flow, now);
            flow = table.find(key, zone.originalId(), zone.replyId());
        }
        return flow;
    }

    private @Nullable Flow begin(Packet packet, Zone zone, long now) {
        Tuple original = packet.key.tuple();
        Flow flow = newFlows.begin(packet.key, original.inverted(), zone, now);
        if (flow != null) {
            relations.begin(flow, original, confirmation.binder(), now);
        }
        return flow;
    }

    /** The rules of an IP protocol, 0 to 255. */
    ProtocolTracker protocol(int number) {
        return protocols.of(number);
    }

    /** Whether two first packets of one flow may both pass; see {@link ProtocolTracker#allowsClash}. */
    public boolean allowsClash(int protocol) {
        return protocols.of(protocol).allowsClash();
    }

    /** A flow from outside, not yet in the table; null when the table is full. */
    @Nullable
    Flow restored(Tuple original, Tuple reply, Zone zone, long now) {
        TupleKey key = new TupleKey();
        key.set(original);
        return newFlows.begin(key, reply, zone, now);
    }

    /** Takes a {@link #restored} flow in; false when one of its tuples is taken. Tells nothing. */
    boolean insert(Flow flow, long now) {
        return confirmation.insert(flow, now);
    }

    private void wrongError(Tracking out) {
        counters.icmpError++;
        out.set(PacketState.INVALID, null, Flow.ORIGINAL);
    }

    private void invalid(Tracking out) {
        counters.invalid++;
        out.set(PacketState.INVALID, null, Flow.ORIGINAL);
    }
}
