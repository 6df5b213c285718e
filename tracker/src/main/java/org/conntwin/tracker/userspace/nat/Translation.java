package org.conntwin.tracker.userspace.nat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.Binder;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;

/**
 * Network address translation as Linux 6.18 does it: a new flow is bound once, by rules; every packet of a flow that is
 * translated follows, whatever the rules say by then, and also on a node that has the flow from another one. Packets come
 * here twice, {@linkplain #destination before} and {@linkplain #source behind} routing, between the tracker's
 * {@code arrive} and {@code leave}. Allocates nothing for packets of bound flows. Guarded by the tracker's lock.
 */
public final class Translation implements Binder {
    private final Tracker tracker;
    private final Bindings bindings;
    private final ExpectedEnds expectedEnds;
    private final Rewriting rewriting = new Rewriting();
    private final QuotedPackets quoted = new QuotedPackets(rewriting);
    private final TupleKey to = new TupleKey();
    private SourceAddresses addresses = SourceAddresses.NONE;
    private HeldAddresses held = new HeldAddresses(SourceAddresses.NONE);

    /** Translates for a tracker, which tells it of its flows from here on. */
    public Translation(Tracker tracker, List<NatRule> rules, int maxEntries, RandomGenerator random) {
        this.tracker = tracker;
        bindings = new Bindings(rules, tracker, new SourceIndex(rules.isEmpty() ? 1 : maxEntries), random);
        expectedEnds = new ExpectedEnds(tracker, bindings);
        tracker.binder(this);
    }

    /** Sets what is known of the machine's devices, {@link SourceAddresses#NONE} at first. */
    public void addresses(SourceAddresses known) {
        addresses = known;
        held = new HeldAddresses(known);
    }

    /**
     * A packet that arrived is on its way to be routed.
     *
     * @return false when it must be dropped
     */
    public boolean destination(Tracking tracking, long now) {
        return destination(tracking, false, now);
    }

    /**
     * The same for a packet that the machine may have sent itself.
     *
     * @param own whether it has: no rule changes where it goes to
     * @return false when it must be dropped
     */
    public boolean destination(Tracking tracking, boolean own, long now) {
        Flow flow = tracking.flow;
        Packet packet = tracking.packet;
        if (flow == null || packet == null) {
            return true;
        }
        if (isError(tracking, packet)) {
            return counted(error(flow, packet, tracking.direction, false));
        }
        if (begins(flow, tracking.direction, Status.DST_NAT_DONE)) {
            bindings.destination(flow, packet.key, own, now);
        }
        return counted(end(flow, packet, tracking.direction, false));
    }

    /**
     * A packet was routed and is about to leave.
     *
     * @param outDevice index of the device that it leaves by, 0 when that is not known, negative when it is for this
     *     machine
     * @return false when it must be dropped
     */
    public boolean source(Tracking tracking, int outDevice, long now) {
        Flow flow = tracking.flow;
        Packet packet = tracking.packet;
        if (flow == null || packet == null) {
            return true;
        }
        if (isError(tracking, packet)) {
            return counted(error(flow, packet, tracking.direction, true));
        }
        if (begins(flow, tracking.direction, Status.SRC_NAT_DONE)) {
            if (!bindings.source(flow, packet.key, outDevice, addresses, now)) {
                return counted(false);
            }
        } else if (tracking.direction == Flow.ORIGINAL && (elsewhere(flow, outDevice) || gone(flow, now))) {
            tracker.kill(flow, now);
            return counted(false);
        }
        return counted(end(flow, packet, tracking.direction, true));
    }

    /**
     * Both at once, for packets that nobody has routed yet; {@link Tracking#dropped} says when one must be dropped. The
     * device that they will leave by is that of the route, if there is one.
     */
    public void pass(Tracking tracking, long now) {
        if (!tracking.dropped && !(destination(tracking, now) && source(tracking, way(tracking), now))) {
            tracking.dropped = true;
            tracker.counters().dropped++;
        }
    }

    /** Rules are for first packets alone. */
    private int way(Tracking tracking) {
        Flow flow = tracking.flow;
        Packet packet = tracking.packet;
        return flow != null && packet != null && begins(flow, tracking.direction, Status.SRC_NAT_DONE)
                ? addresses.way(packet.key.family, packet.key.destinationHigh, packet.key.destinationLow)
                : 0;
    }

    private static boolean isError(Tracking tracking, Packet packet) {
        return tracking.state == PacketState.RELATED && QuotedPackets.isError(packet);
    }

    private boolean begins(Flow flow, int direction, int done) {
        return direction == Flow.ORIGINAL && bindings.any() && !flow.confirmed() && !flow.has(done);
    }

    /** A masqueraded flow leaves by another device than it began on: its address would be the wrong one there. */
    private static boolean elsewhere(Flow flow, int outDevice) {
        Binding binding = outDevice <= 0 ? null : Binding.of(flow);
        return binding != null && binding.masqueradeDevice != 0 && binding.masqueradeDevice != outDevice;
    }

    /** A masqueraded flow's address is the machine's no more: nobody would answer it. */
    private boolean gone(Flow flow, long now) {
        Binding binding = Binding.of(flow);
        if (binding == null || binding.masqueradeDevice == 0) {
            return false;
        }
        flow.replyKey(to);
        return !held.is(to.family, to.destinationHigh, to.destinationLow, now);
    }

    /** Changes one end of a packet if that end of the flow is translated. */
    private boolean end(Flow flow, Packet packet, int direction, boolean source) {
        if (!flow.has(bit(direction, source))) {
            return true;
        }
        opposite(flow, direction);
        to.swapEnds();
        return rewriting.end(packet, source, to);
    }

    private boolean error(Flow flow, Packet packet, int direction, boolean source) {
        if (QuotedPackets.isRedirect(packet) && (Status.translated(flow.status) || (bindings.any() && !bound(flow)))) {
            return false;
        }
        if (!flow.has(bit(direction, source))) {
            return true;
        }
        opposite(flow, direction);
        if (!quoted.end(packet, !source, to)) {
            return false;
        }
        to.swapEnds();
        return rewriting.end(packet, source, to);
    }

    private static boolean bound(Flow flow) {
        return flow.has(Status.SRC_NAT_DONE) && flow.has(Status.DST_NAT_DONE);
    }

    /** Which translation of the flow changes this end of a packet of this direction. */
    private static int bit(int direction, boolean source) {
        return source == (direction == Flow.ORIGINAL) ? Status.SRC_NAT : Status.DST_NAT;
    }

    /** Fills {@link #to} with the tuple of the other direction: what answers to this one look like. */
    private void opposite(Flow flow, int direction) {
        if (direction == Flow.ORIGINAL) {
            flow.replyKey(to);
        } else {
            flow.originalKey(to);
        }
    }

    private boolean counted(boolean passes) {
        if (!passes) {
            tracker.counters().translationFailed++;
        }
        return passes;
    }

    @Override
    public void related(Flow child, Expected expected, long now) {
        expectedEnds.bind(child, expected, now);
    }

    @Override
    public void confirmed(Flow flow) {
        bindings.confirmed(flow);
    }

    @Override
    public void ended(Flow flow) {
        bindings.ended(flow);
    }
}
