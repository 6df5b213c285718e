package org.conntwin.tracker.userspace.expect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;

final class ExpectationTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 50 * SECOND;
    private static final int SERVER = 0x0a020001;

    private final List<String> events = new ArrayList<>();
    /** The helper's class 0 has room for two, its class 1 for one. */
    private final ExpectationTable table = new ExpectationTable(
            (helper, expectClass) -> helper.equals("tests") && expectClass < 2
                    ? new ExpectPolicy(2 - expectClass, 100 - 50 * expectClass)
                    : null,
            (kind, expectation, time) -> events.add(kind + " "
                    + expectation.tuple().destinationKey() + " " + expectation.timeoutSeconds() + " at "
                    + time / SECOND));

    @Test
    void aFlowThatWasExpectedTakesItsExpectation() {
        Flow master = master(1);
        assertThat(table.expect(master, from(7, 80), true, NOW)).isEqualTo(Outcome.DONE);

        assertThat(table.take(data(8, 4000, 80), 0, NOW)).isNull();
        assertThat(table.take(data(7, 4000, 81), 0, NOW)).isNull();
        assertThat(table.take(data(7, 4000, 80), 3, NOW)).isNull();
        Expected taken = Objects.requireNonNull(table.take(data(7, 4000, 80), 0, NOW + SECOND));

        assertThat(taken.master()).isSameAs(master);
        assertThat(table.take(data(7, 4001, 80), 0, NOW + SECOND)).isNull();
        assertThat(table.count()).isZero();
        assertThat(events).containsExactly("NEW 80 100 at 50", "DESTROY 80 99 at 51");
    }

    @Test
    void theSourceCountsAsFarAsItsMaskSays() {
        Tuple net = Tuple.ipv4(6, 0x0a010000, SERVER, 0x1200, 80);
        Tuple mask = Tuple.ipv4(6, 0xffff0000, 0, 0xff00, 0);
        table.expect(master(1), new Wanted(net, mask, 0, 0, null, null, null), true, NOW);

        assertThat(table.take(Tuple.ipv4(6, 0x0a020009, SERVER, 0x1234, 80), 0, NOW))
                .isNull();
        assertThat(table.take(Tuple.ipv4(6, 0x0a010009, SERVER, 0x1334, 80), 0, NOW))
                .isNull();
        assertThat(table.take(Tuple.ipv4(17, 0x0a010009, SERVER, 0x1234, 80), 0, NOW))
                .isNull();
        assertThat(table.take(Tuple.ipv4(6, 0x0a010009, SERVER, 0x1234, 80), 0, NOW))
                .isNotNull();
    }

    @Test
    void aPermanentExpectationStaysAndItsTimeGoesOn() {
        table.expect(master(1), flagged(from(7, 80), Expectation.PERMANENT), true, NOW);

        assertThat(table.take(data(7, 4000, 80), 0, NOW + 10 * SECOND)).isNotNull();
        assertThat(table.take(data(7, 4001, 80), 0, NOW + 20 * SECOND)).isNotNull();
        table.expire(NOW + 100 * SECOND, 10);

        assertThat(events).containsExactly("NEW 80 100 at 50", "DESTROY 80 0 at 150");
    }

    @Test
    void anInactiveExpectationIsNotFulfilled() {
        table.expect(master(1), flagged(from(7, 80), Expectation.INACTIVE), true, NOW);

        assertThat(table.take(data(7, 4000, 80), 0, NOW)).isNull();
        assertThat(table.find(data(7, 4000, 80), 0, NOW)).isNotNull();
    }

    @Test
    void nothingIsFulfilledForAMasterThatIsNotConfirmedOrIsDying() {
        Flow master = master(1);
        table.expect(master, from(7, 80), true, NOW);

        master.status = 0;
        assertThat(table.take(data(7, 4000, 80), 0, NOW)).isNull();
        master.status = Status.CONFIRMED | Status.DYING;
        assertThat(table.take(data(7, 4000, 80), 0, NOW)).isNull();
        master.status = Status.CONFIRMED;
        assertThat(table.take(data(7, 4000, 80), 0, NOW)).isNotNull();
    }

    @Test
    void theSameOneAgainHasAllItsTimeAgain() {
        Flow master = master(1);
        table.expect(master, from(7, 80), true, NOW);

        assertThat(table.expect(master, from(7, 80), true, NOW + 40 * SECOND)).isEqualTo(Outcome.DONE);

        assertThat(table.count()).isEqualTo(1);
        assertThat(events).containsExactly("NEW 80 100 at 50", "DESTROY 80 60 at 90", "NEW 80 100 at 90");
    }

    @Test
    void theSameOneInAnotherClassIsRefused() {
        Flow master = master(1);
        table.expect(master, from(7, 80), true, NOW);

        assertThat(table.expect(master, classed(from(7, 80), 1), true, NOW)).isEqualTo(Outcome.FAILED);
        assertThat(events).hasSize(1);
    }

    @Test
    void whatAnotherMasterExpectsIsTaken() {
        table.expect(master(1), from(7, 80), true, NOW);

        assertThat(table.expect(master(2), from(7, 80), true, NOW)).isEqualTo(Outcome.BUSY);
        assertThat(table.expect(master(2), Wanted.fromAnybody(data(0, 0, 80)), true, NOW))
                .isEqualTo(Outcome.BUSY);
        assertThat(table.expect(master(2), from(8, 80), true, NOW)).isEqualTo(Outcome.DONE);
    }

    @Test
    void zonesAreApart() {
        table.expect(master(1), from(7, 80), true, NOW);
        Flow zoned = master(2, Zone.of(3, Zone.Scope.ORIGINAL));

        assertThat(table.expect(zoned, from(7, 80), true, NOW)).isEqualTo(Outcome.DONE);

        Expected taken = Objects.requireNonNull(table.take(data(7, 4000, 80), 3, NOW));
        assertThat(taken.master()).isSameAs(zoned);
    }

    @Test
    void theOldestOfItsClassMakesRoom() {
        Flow master = master(1);
        table.expect(master, classed(from(7, 80), 1), true, NOW);
        table.expect(master, from(7, 81), true, NOW);
        table.expect(master, from(7, 82), true, NOW);
        events.clear();

        assertThat(table.expect(master, from(7, 83), true, NOW)).isEqualTo(Outcome.DONE);
        assertThat(events).containsExactly("DESTROY 81 100 at 50", "NEW 83 100 at 50");
        events.clear();
        assertThat(table.expect(master, classed(from(7, 84), 1), true, NOW)).isEqualTo(Outcome.DONE);
        assertThat(events).containsExactly("DESTROY 80 50 at 50", "NEW 84 50 at 50");
    }

    @Test
    void aMasterNeedsAHelperAndTheHelperTheClass() {
        Flow master = master(1);
        assertThat(table.expect(master, classed(from(7, 80), 2), true, NOW)).isEqualTo(Outcome.INVALID);
        master.extras().helper = null;
        assertThat(table.expect(master, from(7, 80), true, NOW)).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(events).isEmpty();
    }

    @Test
    void theTableHasABound() {
        for (int i = 0; i < ExpectationTable.MAX; i++) {
            assertThat(table.expect(master(i), from(i, 80), true, NOW)).isEqualTo(Outcome.DONE);
        }
        Flow last = master(5000);

        assertThat(table.expect(last, from(5000, 80), true, NOW)).isEqualTo(Outcome.TABLE_FULL);
        assertThat(table.of(last)).isEmpty();
        assertThat(table.take(data(17, 4000, 80), 0, NOW)).isNotNull();
        assertThat(table.expect(last, from(5000, 80), true, NOW)).isEqualTo(Outcome.DONE);
    }

    @Test
    void aMasterTakesItsExpectationsWithItTheYoungestFirst() {
        Flow master = master(1);
        table.expect(master, from(7, 80), true, NOW);
        table.expect(master, from(7, 81), true, NOW);
        table.expect(master(2), from(7, 82), true, NOW);
        events.clear();

        table.removeOf(master, NOW);

        assertThat(events).containsExactly("DESTROY 81 100 at 50", "DESTROY 80 100 at 50");
        assertThat(table.of(master)).isEmpty();
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void livesEndInTheirOrderAndAreToldWithTheTimeOfTheirEnd() {
        Flow master = master(1);
        table.expect(master, from(7, 80), true, NOW);
        table.expect(master, classed(from(7, 81), 1), true, NOW);
        table.expect(master, from(7, 82), true, NOW + SECOND);
        table.lifetime(table.of(master).iterator().next(), 200, NOW);
        events.clear();

        assertThat(table.nextEnd()).isEqualTo(NOW + 50 * SECOND);
        table.expire(NOW + 400 * SECOND, 2);
        assertThat(events).containsExactly("DESTROY 81 0 at 100", "DESTROY 82 0 at 151");
        table.expire(NOW + 400 * SECOND, 2);
        assertThat(events).last().isEqualTo("DESTROY 80 0 at 250");
        assertThat(table.nextEnd()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anExpectationWhoseTimeIsOverIsNotFulfilled() {
        table.expect(master(1), from(7, 80), true, NOW);

        assertThat(table.take(data(7, 4000, 80), 0, NOW + 100 * SECOND)).isNull();
        assertThat(events).last().isEqualTo("DESTROY 80 0 at 150");
    }

    @Test
    void allOfThemGoAtOnceWhenAsked() {
        table.expect(master(1), from(7, 80), true, NOW);
        table.expect(master(2), from(7, 81), true, NOW);
        events.clear();

        table.clear(NOW);

        assertThat(events).hasSize(2);
        assertThat(table.count()).isZero();
        assertThat(table.take(data(7, 4000, 80), 0, NOW)).isNull();
    }

    @Test
    void oneInABucketOfManyGoesAlone() {
        List<Expected> removed = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            table.expect(master(i), from(i, 80), true, NOW);
        }
        for (int i = 0; i < 3000; i += 2) {
            Expected found = Objects.requireNonNull(table.find(data(i, 1, 80), 0, NOW));
            removed.add(found);
            table.remove(found, NOW);
        }
        events.clear();
        removed.forEach(gone -> table.remove(gone, NOW));

        assertThat(events).isEmpty();
        for (int i = 0; i < 3000; i++) {
            assertThat(table.find(data(i, 1, 80), 0, NOW) != null).isEqualTo(i % 2 == 1);
        }
    }

    private static Flow master(int number) {
        return master(number, Zone.DEFAULT);
    }

    private static Flow master(int number, Zone zone) {
        Tuple control = Tuple.ipv4(6, 0x0b000000 + number, SERVER, 1000, 21);
        TupleKey key = new TupleKey();
        key.set(control);
        Flow flow = new Flow(key, control.inverted(), zone, number + 1);
        flow.status = Status.CONFIRMED;
        flow.extras().helper = "tests";
        return flow;
    }

    private static Tuple data(int client, int sourcePort, int port) {
        return Tuple.ipv4(6, 0x0a000000 + client, SERVER, sourcePort, port);
    }

    private static Wanted from(int client, int port) {
        return Wanted.from(data(client, 0, port));
    }

    private static Wanted flagged(Wanted plain, int flags) {
        return new Wanted(plain.tuple(), plain.mask(), 0, flags, null, null, null);
    }

    private static Wanted classed(Wanted plain, int expectClass) {
        return new Wanted(plain.tuple(), plain.mask(), expectClass, 0, null, null, null);
    }
}
