package org.conntwin.tracker.userspace.nat;

import java.util.List;
import org.conntwin.tracker.model.Expectation.Nat;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectFunctions;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.Tracker;
import org.jspecify.annotations.Nullable;

/** Binds flows that were expected to where the announcer is, by what its helper left in the expectation. */
final class ExpectedEnds {
    /** Classes of SIP's expectations from here on are media. */
    private static final int MEDIA = 1;

    private final Tracker tracker;
    private final Bindings bindings;

    ExpectedEnds(Tracker tracker, Bindings bindings) {
        this.tracker = tracker;
        this.bindings = bindings;
    }

    /** Binds a flow whose first packet this is. */
    void bind(Flow child, Expected expected, long now) {
        Nat nat = expected.wanted().nat();
        String function = expected.wanted().function();
        if (ExpectFunctions.FOLLOW_MASTER.equals(function)) {
            // Told without its translation it is the kernel's zeros.
            followMaster(child, expected, nat == null ? 0 : nat.tuple().sourceKey(), reply(nat), now);
        } else if (ExpectFunctions.SIP.equals(function)) {
            announced(child, expected, nat, now);
        } else if (nat != null && child.protocol() == Protocol.GRE) {
            call(child, expected, nat, now);
        }
    }

    private static boolean reply(@Nullable Nat nat) {
        return nat != null && nat.replyDirection();
    }

    /**
     * As the master is bound: it comes from where the master's packets go to, and goes to where they come from (kernel:
     * {@code nf_nat_follow_master}).
     *
     * @param saved the key that its destination has behind the translation
     */
    private void followMaster(Flow child, Expected expected, int saved, boolean reply, long now) {
        Tuple back = back(expected, reply);
        bindings.bind(child, true, Target.address(back.destinationHigh(), back.destinationLow()), now);
        bindings.bind(
                child,
                false,
                Target.address(back.sourceHigh(), back.sourceLow()).keys(saved, saved),
                now);
    }

    /** A call of PPTP: its client has another id towards its server ({@code nf_nat_pptp}). */
    private void call(Flow child, Expected expected, Nat nat, long now) {
        Tuple back = back(expected, nat.replyDirection());
        int saved = nat.tuple().sourceKey();
        Target source = Target.address(back.destinationHigh(), back.destinationLow());
        Target destination = Target.address(back.sourceHigh(), back.sourceLow());
        boolean reply = nat.replyDirection();
        bindings.bind(child, true, reply ? source : source.keys(saved, saved), now);
        bindings.bind(child, false, reply ? destination.keys(saved, saved) : destination, now);
    }

    /**
     * Media and calls of SIP go to the address that was announced. A stream that comes from where another one is
     * announced has the source by which that is known; one that comes from the announcer's peer has the master's (
     * {@code nf_nat_sip}). Without either the rules decide on its source.
     */
    private void announced(Flow child, Expected expected, @Nullable Nat nat, long now) {
        Tuple saved = nat == null ? null : nat.tuple();
        Target to = saved == null ? Target.address(0, 0) : Target.address(saved.sourceHigh(), saved.sourceLow());
        int key = saved == null ? 0 : saved.sourceKey();
        bindings.bind(child, false, to.keys(key, key), now);
        Tuple came = child.original();
        Tuple paired = expected.wanted().expectClass() < MEDIA ? null : paired(came, expected.master());
        if (paired != null) {
            Target source = Target.address(paired.destinationHigh(), paired.destinationLow());
            bindings.bind(child, true, source.keys(paired.destinationKey(), paired.destinationKey()), now);
        } else if (came.sameSourceAddress(expected.master().tuple(reply(nat) ? Flow.REPLY : Flow.ORIGINAL))) {
            Tuple back = back(expected, reply(nat));
            bindings.bind(child, true, Target.address(back.destinationHigh(), back.destinationLow()), now);
        }
    }

    /** Where the source of a stream is expected, too. */
    private @Nullable Tuple paired(Tuple came, Flow master) {
        for (Expected other : List.copyOf(tracker.expectations().of(master)).reversed()) {
            Nat nat = other.wanted().nat();
            Tuple there = other.wanted().tuple();
            if (nat != null
                    && there.family() == came.family()
                    && there.protocol() == came.protocol()
                    && nat.tuple().sameSourceAddress(came)
                    && nat.tuple().sourceKey() == came.sourceKey()) {
                return there;
            }
        }
        return null;
    }

    /** The master's tuple of the other direction. */
    private static Tuple back(Expected expected, boolean reply) {
        return expected.master().tuple(reply ? Flow.ORIGINAL : Flow.REPLY);
    }
}
