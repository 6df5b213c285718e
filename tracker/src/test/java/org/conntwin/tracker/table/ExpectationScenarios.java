package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.text.LineException;

/** What becomes of expectations. */
final class ExpectationScenarios extends TableScenarios {
    ExpectationScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
    void anExpectationNeedsItsMasterAndTheMastersHelper() throws LineException {
        Conntrack plain = tcp(1, TcpState.ESTABLISHED);
        Conntrack helped = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");

        assertThat(silently(expect(expectation(plain, 0)))).containsExactly(Outcome.MASTER_MISSING);
        assertThat(silently(insert(plain), insert(helped), expect(expectation(plain, 0))))
                .containsExactly(Outcome.DONE, Outcome.DONE, Outcome.HELPER_UNKNOWN);
        assertThat(silently(expect(expectation(helped, 0)), expect(expectation(helped, 0))))
                .containsExactly(Outcome.DONE, Outcome.EXISTS);
        assertThat(expectations()).hasSize(1);
    }

    @TableScenario
    void anExpectationIsReadBackAndItsLifetimeIsSetAfterwards() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation wanted = expectation(master, Expectation.INACTIVE);

        assertThat(silently(insert(master), expect(wanted), new TableChange.ExpectTimeout(wanted.withTimeout(77))))
                .containsOnly(Outcome.DONE);
        Expectation there = expectations().getFirst();
        assertThat(there.tuple()).isEqualTo(wanted.tuple());
        assertThat(there.mask()).isEqualTo(wanted.mask());
        assertThat(there.master()).isEqualTo(master.original());
        assertThat(there.flags()).isEqualTo(Expectation.INACTIVE);
        assertThat(there.helper()).isEqualTo("ftp");
        assertThat(there.timeoutSeconds()).isBetween(70, 77);
        assertThat(silently(new TableChange.Unexpect(wanted), new TableChange.Unexpect(wanted)))
                .containsExactly(Outcome.DONE, Outcome.ABSENT);
        assertThat(expectations()).isEmpty();
    }

    @TableScenario
    void aPermanentExpectationHasALifetimeToo() throws LineException, InterruptedException {
        Heard heard = listening();
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation wanted = expectation(master, Expectation.PERMANENT);

        assertThat(silently(insert(master), expect(wanted), new TableChange.ExpectTimeout(wanted.withTimeout(1))))
                .containsOnly(Outcome.DONE);

        assertThat(expectations())
                .allSatisfy(there -> assertThat(there.timeoutSeconds()).isLessThanOrEqualTo(1));
        assertThat(heard.await(() -> heard.expectations().size() == 1)).isTrue();
        assertThat(heard.expectations().getFirst().kind()).isEqualTo(EventKind.DESTROY);
        assertThat(expectations()).isEmpty();
    }

    @TableScenario
    void theLifetimeOfAnAbsentExpectationIsAbsent() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");

        assertThat(silently(insert(master), new TableChange.ExpectTimeout(expectation(master, 0))))
                .containsExactly(Outcome.DONE, Outcome.ABSENT);
    }

    @TableScenario
    void expectationsAreFlushedAndTheirMastersStay() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        assertThat(silently(insert(master), expect(expectation(master, 0)))).containsOnly(Outcome.DONE);

        table.flushExpectations();

        assertThat(expectations()).isEmpty();
        assertThat(table.count()).isEqualTo(1);
    }

    @TableScenario
    void anExpectationOfAZoneIsMadeAndDeletedThere() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> {
            entry.helper = "ftp";
            entry.zone = Zone.of(3, Zone.Scope.BOTH);
        });
        Expectation plain = expectation(master, 0);
        Expectation zoned = new Expectation(
                plain.tuple(), plain.mask(), plain.master(), master.zone(), 60, 0, 0, "ftp", null, null, 0);

        assertThat(silently(insert(master), expect(plain), expect(zoned)))
                .containsExactly(Outcome.DONE, Outcome.MASTER_MISSING, Outcome.DONE);
        assertThat(expectations()).hasSize(1);
        // No message of the kernel tells the zone of an expectation.
        assertThat(expectations().getFirst().zone())
                .isEqualTo(table.name().equals("kernel") ? Zone.DEFAULT : master.zone());
        assertThat(silently(new TableChange.Unexpect(zoned))).containsExactly(Outcome.DONE);
    }

    @TableScenario
    void aMasterWithRoomForOneExpectsTheLatest() throws LineException, InterruptedException {
        Heard heard = listening();
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation first = expectation(master, 0);
        Expectation second = withPort(first, 7557);

        assertThat(silently(insert(master))).containsOnly(Outcome.DONE);
        assertThat(aloud(expect(first), expect(second))).containsOnly(Outcome.DONE);

        assertThat(expectations()).extracting(Expectation::tuple).containsExactly(second.tuple());
        assertThat(heard.await(() -> heard.expectations().size() == 3)).isTrue();
        assertThat(heard.expectations())
                .extracting(event ->
                        event.kind() + " " + event.expectation().tuple().destinationKey())
                .containsExactly("NEW 7556", "DESTROY 7556", "NEW 7557");
    }

    @TableScenario
    void whatMakesRoomForASilentOneIsHeard() throws LineException, InterruptedException {
        Heard heard = listening();
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation first = expectation(master, 0);
        Expectation second = withPort(first, 7557);

        assertThat(silently(insert(master), expect(first), expect(second), new TableChange.Delete(master)))
                .containsOnly(Outcome.DONE);

        assertThat(heard.await(() -> heard.expectations().size() == 2)).isTrue();
        assertThat(heard.expectations())
                .extracting(event ->
                        event.kind() + " " + event.expectation().tuple().destinationKey())
                .containsExactly("DESTROY 7556", "DESTROY 7557");
        assertThat(heard.events()).isEmpty();
    }

    @TableScenario
    void expectationsThatOverlapAreRefused() throws LineException {
        Conntrack one = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Conntrack other = with(tcp(3, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation exact = expectation(one, 0);
        Tuple tuple = exact.tuple();
        Tuple elsewhere = new Tuple(tuple.family(), 6, 0, tuple.sourceLow() + 1, 0, tuple.destinationLow(), 0, 7556);
        Tuple anybody = new Tuple(tuple.family(), 6, 0, 0, 0, 0xffff_ffffL, 0, 0xffff);

        assertThat(silently(insert(one), insert(other), expect(exact))).containsOnly(Outcome.DONE);
        assertThat(silently(expect(of(other, elsewhere, anybody)))).containsExactly(Outcome.BUSY);
        assertThat(silently(expect(of(other, elsewhere, exact.mask())))).containsExactly(Outcome.DONE);
        assertThat(expectations()).hasSize(2);
    }

    @TableScenario
    void theMaskOfTheDestinationIsAlwaysExact() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Tuple tuple = expectation(master, 0).tuple();
        Tuple none = new Tuple(tuple.family(), 6, 0, 0xffff_ff00L, 0, 0, 0xff, 0);

        assertThat(silently(insert(master), expect(of(master, tuple, none)))).containsOnly(Outcome.DONE);

        assertThat(expectations().getFirst().mask())
                .isEqualTo(new Tuple(tuple.family(), 6, 0, 0xffff_ff00L, 0, 0xffff_ffffL, 0xff, 0xffff));
    }

    @TableScenario
    void lifetimeAndHelperAreTheMasters() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation plain = expectation(master, 0);
        Expectation told = new Expectation(
                plain.tuple(), plain.mask(), plain.master(), Zone.DEFAULT, 60, 0, 0, "irc", null, null, 0);

        assertThat(silently(insert(master), expect(told))).containsOnly(Outcome.DONE);

        assertThat(expectations().getFirst().helper()).isEqualTo("ftp");
        assertThat(expectations().getFirst().timeoutSeconds()).isBetween(290, 300);
    }

    @TableScenario
    void aMasterIsFoundByItsReplyTupleToo() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation plain = expectation(master, 0);
        Expectation told = new Expectation(
                plain.tuple(), plain.mask(), master.reply(), Zone.DEFAULT, 60, 0, 0, "ftp", null, null, 0);

        assertThat(silently(insert(master), expect(told))).containsOnly(Outcome.DONE);

        assertThat(expectations().getFirst().master()).isEqualTo(master.original());
    }

    @TableScenario
    void whatNoHelperHasIsInvalid() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation plain = expectation(master, 0);
        Expectation ofAnotherClass = new Expectation(
                plain.tuple(), plain.mask(), plain.master(), Zone.DEFAULT, 60, 1, 0, "ftp", null, null, 0);
        Expectation withAFunction = new Expectation(
                plain.tuple(), plain.mask(), plain.master(), Zone.DEFAULT, 60, 0, 0, "ftp", "no-such", null, 0);

        assertThat(silently(insert(master))).containsOnly(Outcome.DONE);
        assertThat(silently(expect(ofAnotherClass), expect(withAFunction), expect(expectation(master, 8))))
                .containsOnly(Outcome.INVALID);
        assertThat(expectations()).isEmpty();
    }

    @TableScenario
    void onlyAHelperOutsideHasExpectationsOfUserspace() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");

        assertThat(silently(insert(master), expect(expectation(master, 7)))).containsOnly(Outcome.DONE);

        assertThat(expectations().getFirst().flags()).isEqualTo(Expectation.PERMANENT | Expectation.INACTIVE);
    }

    @TableScenario
    void anyTupleThatMatchesNamesAnExpectation() throws LineException {
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation wide = expectation(master, 0);
        Tuple tuple = wide.tuple();
        Tuple matching = new Tuple(tuple.family(), 6, 0, tuple.sourceLow(), 0, tuple.destinationLow(), 1234, 7556);

        assertThat(silently(
                        insert(master),
                        expect(wide),
                        new TableChange.ExpectTimeout(
                                of(master, matching, wide.mask()).withTimeout(50))))
                .containsOnly(Outcome.DONE);
        assertThat(expectations().getFirst().timeoutSeconds()).isBetween(45, 50);
        assertThat(silently(new TableChange.Unexpect(of(master, matching, wide.mask()))))
                .containsExactly(Outcome.DONE);
        assertThat(expectations()).isEmpty();
    }

    @TableScenario
    void anExpectationWithoutTimeEnds() throws LineException, InterruptedException {
        Heard heard = listening();
        Conntrack master = with(tcp(2, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Expectation wanted = expectation(master, 0);

        assertThat(silently(insert(master), expect(wanted), new TableChange.ExpectTimeout(wanted.withTimeout(0))))
                .containsOnly(Outcome.DONE);

        assertThat(heard.await(() -> heard.expectations().size() == 1)).isTrue();
        assertThat(heard.expectations().getFirst().kind()).isEqualTo(EventKind.DESTROY);
        assertThat(heard.expectations().getFirst().expectation().timeoutSeconds())
                .isZero();
        assertThat(expectations()).isEmpty();
    }

    private static Expectation withPort(Expectation plain, int port) {
        Tuple tuple = plain.tuple();
        return new Expectation(
                new Tuple(tuple.family(), 6, 0, tuple.sourceLow(), 0, tuple.destinationLow(), 0, port),
                plain.mask(),
                plain.master(),
                Zone.DEFAULT,
                60,
                0,
                0,
                "ftp",
                null,
                null,
                0);
    }

    private static Expectation of(Conntrack master, Tuple tuple, Tuple mask) {
        return new Expectation(tuple, mask, master.original(), Zone.DEFAULT, 60, 0, 0, "ftp", null, null, 0);
    }
}
