package org.conntwin.tracker.userspace.nat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.NatRule.Kind;
import org.conntwin.tracker.userspace.track.Tracker;
import org.jspecify.annotations.Nullable;

/**
 * Binds new flows to their ends: by the first rule that matches, by what was expected of them, or, where rules exist and
 * none matches, to what they have (kernel: a null binding, which still sees to it that the tuple is nobody else's).
 * Guarded by the tracker's lock.
 */
final class Bindings {
    private final List<NatRule> destinationRules = new ArrayList<>();
    private final List<NatRule> sourceRules = new ArrayList<>();
    private final SourceIndex sources;
    private final UniqueTuple unique;
    private final TupleKey tuple = new TupleKey();

    Bindings(List<NatRule> rules, Tracker tracker, SourceIndex sources, RandomGenerator random) {
        for (NatRule rule : rules) {
            (rule.kind() == Kind.DESTINATION ? destinationRules : sourceRules).add(rule);
        }
        this.sources = sources;
        unique = new UniqueTuple(tracker, sources, random);
    }

    /** Whether there is any rule: only then flows that none matches are bound, too. */
    boolean any() {
        return !destinationRules.isEmpty() || !sourceRules.isEmpty();
    }

    /**
     * Binds the destination of a flow whose first packet this is.
     *
     * @param own whether the machine sent it itself: rules of PREROUTING are not for it
     */
    void destination(Flow flow, TupleKey packet, boolean own, long now) {
        Target target = Target.present(packet, false);
        NatRule rule = own ? null : first(destinationRules, packet, null);
        Addresses.Parsed to = rule == null ? null : rule.to();
        if (rule != null && to != null) {
            target = Target.address(to.high(), to.low());
            if (rule.toPort() != 0 && Target.knowsPorts(packet.protocol)) {
                target = target.keys(rule.toPort(), rule.toPort());
            }
        }
        bind(flow, false, target, now);
    }

    /**
     * Binds the source of a flow whose first packet this is.
     *
     * @return false when it is to be masqueraded and there is no address for it
     */
    boolean source(Flow flow, TupleKey packet, int outDevice, SourceAddresses addresses, long now) {
        Target target = Target.present(packet, true);
        // What is for this machine passes no rule of POSTROUTING (kernel behaviour).
        NatRule rule =
                outDevice < 0 ? null : first(sourceRules, packet, outDevice == 0 ? null : addresses.device(outDevice));
        if (rule != null && !unspecified(packet)) {
            boolean masquerade = rule.kind() == Kind.MASQUERADE;
            Addresses.Parsed to = masquerade
                    ? addresses.to(outDevice, packet.family, packet.destinationHigh, packet.destinationLow)
                    : rule.to();
            if (to == null) {
                return false;
            }
            target = Target.address(to.high(), to.low());
            if (rule.firstPort() != 0 && Target.knowsPorts(packet.protocol)) {
                target = target.keys(rule.firstPort(), rule.lastPort());
            }
            if (masquerade && outDevice != 0) {
                Binding.made(flow).masqueradeDevice = outDevice;
            }
        }
        bind(flow, true, target, now);
        return true;
    }

    /** Who has no address yet, as a DHCP client, is not masqueraded (kernel behaviour). */
    private static boolean unspecified(TupleKey packet) {
        return packet.sourceHigh == 0 && packet.sourceLow == 0;
    }

    /** Gives one end of a flow that is not confirmed what it is to have. */
    void bind(Flow flow, boolean source, Target target, long now) {
        flow.replyKey(tuple);
        tuple.set(tuple.tuple().inverted());
        Tuple before = tuple.tuple();
        unique.choose(tuple, source, target, flow, now);
        Tuple chosen = tuple.tuple();
        if (!chosen.equals(before)) {
            flow.answerWith(chosen.inverted());
            flow.status |= source ? Status.SRC_NAT : Status.DST_NAT;
        }
        flow.status |= source ? Status.SRC_NAT_DONE : Status.DST_NAT_DONE;
    }

    /** A flow is in the table. */
    void confirmed(Flow flow) {
        if (any()) {
            sources.add(flow);
        }
    }

    /** A flow left the table. */
    void ended(Flow flow) {
        sources.remove(flow);
    }

    private static @Nullable NatRule first(List<NatRule> rules, TupleKey packet, @Nullable String device) {
        for (NatRule rule : rules) {
            if (rule.matches(packet, device)) {
                return rule;
            }
        }
        return null;
    }
}
