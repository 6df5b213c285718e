package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.TcpState;
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
}
