package org.conntwin.tracker.userspace.track;

import java.util.List;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.FlowReach;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Helpers;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;
import org.conntwin.tracker.userspace.helper.broadcast.Networks;
import org.conntwin.tracker.userspace.helper.pptp.GreKeys;
import org.conntwin.tracker.userspace.packet.Packet;

/** Which flows follow from others: helpers read what leaves, new flows fulfil what was expected. */
final class Relations {
    private final List<TrackerSettings.HelperRule> rules;
    private final Helpers helpers;
    private final ExpectationTable expectations;
    private final Inspection inspection;

    Relations(
            List<TrackerSettings.HelperRule> rules,
            Networks networks,
            GreKeys greKeys,
            FlowReach flows,
            EventSink sink) {
        this.rules = rules;
        helpers = KnownHelpers.with(rules, networks, greKeys);
        expectations = new ExpectationTable(helpers, sink::expectation);
        inspection = new Inspection(expectations, flows);
    }

    Helpers helpers() {
        return helpers;
    }

    ExpectationTable expectations() {
        return expectations;
    }

    /**
     * Gives a new flow its master and its helper. What it fulfils is gone from here on, whatever becomes of the flow
     * (kernel: {@code init_conntrack}).
     */
    void begin(Flow flow, Tuple original, Binder binder, long now) {
        Expected expected = expectations.take(original, flow.zone().id(), now);
        if (expected != null) {
            Flow master = expected.master();
            flow.status |= Status.EXPECTED;
            flow.mark = master.mark;
            Extras extras = flow.extras();
            extras.master = master;
            extras.helper = expected.wanted().childHelper();
            binder.related(flow, expected, now);
            Helper helper = helpers.of(master);
            if (helper != null) {
                helper.fulfilled(flow, expected, inspection.siblings(), now);
            }
        }
        for (TrackerSettings.HelperRule rule : rules) {
            if (flow.helper() == null && rule.fits(original, flow.zone().id())) {
                helpers.give(flow, rule.helper());
                return;
            }
        }
    }

    /** Shows a packet that leaves to its flow's helper, if it has one; whether the packet may go on. */
    boolean pass(Tracking tracking, Flow flow, long now) {
        Packet packet = tracking.packet;
        Helper helper = helpers.of(flow);
        // An ICMP error speaks of the flow but is no part of what its ends say.
        if (helper == null || packet == null || packet.key.protocol != flow.protocol() || flow.has(Status.DYING)) {
            return true;
        }
        boolean established = tracking.state == PacketState.ESTABLISHED;
        return inspection.of(helper, packet, flow, tracking.direction, established, now) == Verdict.ACCEPT;
    }

    /** What a flow expects goes with it. */
    void end(Flow flow, long now) {
        Helper helper = helpers.of(flow);
        if (helper != null) {
            helper.ended(flow, inspection.siblings(), now);
        }
        if (flow.helper() != null) {
            expectations.removeOf(flow, now);
        }
        Flow master = flow.master();
        Helper masters = master == null ? null : helpers.of(master);
        if (master != null && masters != null) {
            masters.childEnded(flow, master);
        }
        // Its children need its tuple, nobody its own master: dead ones make no chain.
        if (flow.extras != null) {
            flow.extras.master = null;
        }
    }
}
