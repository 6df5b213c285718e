package org.conntwin.tracker.userspace.expect;

import java.util.function.BiConsumer;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;

/**
 * Changes of expectations that come from outside: what they lead to is what the kernel answers to the same request over
 * netlink ({@code ctnetlink_new_expect} and its kin). Guarded by the tracker's lock.
 */
public final class ExpectationChanges {
    private static final int FLAGS = Expectation.PERMANENT | Expectation.INACTIVE | Expectation.USERSPACE;

    private final ExpectationTable expectations;
    private final FlowTable flows;
    private final BiConsumer<? super Flow, ? super Tuple> made;

    /** Changes of {@code expectations}, whose masters are among {@code flows}. */
    public ExpectationChanges(ExpectationTable expectations, FlowTable flows) {
        this(expectations, flows, (master, tuple) -> {});
    }

    /** The same; {@code made} hears of every expectation that is made, its master and its tuple. */
    public ExpectationChanges(
            ExpectationTable expectations, FlowTable flows, BiConsumer<? super Flow, ? super Tuple> made) {
        this.expectations = expectations;
        this.flows = flows;
        this.made = made;
    }

    /**
     * Makes it. Its lifetime and helper are those of its master, whatever it says itself; the master may be named by
     * either of its tuples. The helper that is told does not become that of the expected flow (Linux 6.18, seen).
     *
     * @param heard whether the tracker's sink hears of it; it hears of those that make room in any case
     */
    public Outcome expect(Expectation told, boolean heard, long now) {
        int zone = told.zone().id();
        if ((told.flags() & ~FLAGS) != 0) {
            return Outcome.INVALID;
        }
        Expected present = expectations.find(told.tuple(), zone, now);
        if (present != null) {
            // A peer's registrar has agreed meanwhile.
            if ((told.flags() & Expectation.INACTIVE) == 0
                    && present.wanted().tuple().equals(told.tuple())) {
                expectations.activate(present, heard, now);
            }
            return Outcome.EXISTS;
        }
        Flow master = flows.find(told.master(), told.zone());
        if (master == null || master.ended(now)) {
            return Outcome.MASTER_MISSING;
        }
        if (master.helper() == null) {
            return told.helper() == null ? Outcome.UNSUPPORTED : Outcome.HELPER_UNKNOWN;
        }
        String function = told.function();
        if (function != null && !ExpectFunctions.ALL.contains(function)) {
            return Outcome.INVALID;
        }
        Wanted wanted = new Wanted(
                told.tuple(),
                told.mask(),
                told.expectClass(),
                // Only a helper outside of the tracker has such expectations, and there is none.
                told.flags() & ~Expectation.USERSPACE,
                null,
                function,
                told.nat());
        Outcome outcome = expectations.expect(master, wanted.exact(), heard, now);
        if (outcome == Outcome.DONE) {
            made.accept(master, told.tuple());
        }
        return outcome;
    }

    /**
     * Sets the lifetime of the expectation that its tuple matches; a lifetime that is not told changes nothing.
     *
     * @param heard whether the tracker's sink hears of it, which the kernel's listeners do not
     */
    public Outcome lifetime(Expectation told, boolean heard, long now) {
        Expected found = expectations.find(told.tuple(), told.zone().id(), now);
        if (found == null) {
            return Outcome.ABSENT;
        }
        if (told.timeoutSeconds() >= 0) {
            expectations.lifetime(found, told.timeoutSeconds(), heard, now);
        }
        return Outcome.DONE;
    }

    /**
     * Removes the expectation that its tuple matches.
     *
     * @param heard whether the tracker's sink hears of it
     */
    public Outcome unexpect(Expectation told, boolean heard, long now) {
        Expected found = expectations.find(told.tuple(), told.zone().id(), now);
        if (found == null) {
            return Outcome.ABSENT;
        }
        expectations.remove(found, heard, now);
        return Outcome.DONE;
    }
}
