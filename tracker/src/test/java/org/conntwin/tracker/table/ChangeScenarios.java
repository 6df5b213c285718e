package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.text.LineException;

/** What becomes of changes. */
final class ChangeScenarios extends TableScenarios {
    ChangeScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
    void anInsertIsDoneOnceAndExistsThen() throws LineException {
        Conntrack entry = udp(1);

        assertThat(silently(insert(entry), insert(entry))).containsExactly(Outcome.DONE, Outcome.EXISTS);
        assertThat(table.count()).isEqualTo(1);
    }

    @TableScenario
    void anUpdateOfAnAbsentEntryIsAbsentAndSoIsItsDeletion() throws LineException {
        assertThat(silently(new TableChange.Update(udp(1)), new TableChange.Delete(udp(1))))
                .containsExactly(Outcome.ABSENT, Outcome.ABSENT);
    }

    @TableScenario
    void anUpdateChangesStateMarkLifetimeAndAssurance() throws LineException {
        Conntrack entry = tcp(1, TcpState.SYN_RECV);
        Conntrack later = with(tcp(1, TcpState.ESTABLISHED), changed -> {
            changed.mark = -1;
            changed.timeoutSeconds = 432_000;
            changed.status |= Status.ASSURED;
        });

        assertThat(silently(insert(entry), new TableChange.Update(later))).containsOnly(Outcome.DONE);
        Conntrack there = only();
        assertThat(there.mark()).isEqualTo(-1);
        assertThat(there.timeoutSeconds()).isBetween(431_990, 432_000);
        assertThat(there.has(Status.ASSURED)).isTrue();
        assertThat(there.state())
                .isInstanceOfSatisfying(
                        TcpState.class, tcp -> assertThat(tcp.state()).isEqualTo(TcpState.ESTABLISHED));
    }

    @TableScenario
    void anUpdateThatWouldTakeAssuranceAwayIsBusy() throws LineException {
        Conntrack assured = with(udp(1), entry -> entry.status |= Status.ASSURED);
        Conntrack less = with(udp(1), entry -> entry.status = Status.CONFIRMED | Status.SEEN_REPLY);

        assertThat(silently(insert(assured), new TableChange.Update(less))).containsExactly(Outcome.DONE, Outcome.BUSY);
    }

    @TableScenario
    void anUpdateOfAFixedLifetimeIsDoneAndKeepsIt() throws LineException {
        Conntrack fixed = with(udp(1), entry -> {
            entry.status |= Status.FIXED_TIMEOUT;
            entry.timeoutSeconds = 500;
        });
        Conntrack again = with(fixed, entry -> {
            entry.timeoutSeconds = 900;
            entry.mark = 5;
        });

        assertThat(silently(insert(fixed), new TableChange.Update(again))).containsExactly(Outcome.DONE, Outcome.DONE);
        assertThat(only().mark()).isEqualTo(5);
        assertThat(only().timeoutSeconds()).isBetween(490, 500);
    }

    @TableScenario
    void anUpdateOfALifetimeThatOnlyTheLocalTableHoldsFixedIsBusy() throws LineException {
        Conntrack fixed = with(udp(1), entry -> entry.status |= Status.FIXED_TIMEOUT);

        assertThat(silently(insert(fixed), new TableChange.Update(udp(1)))).containsExactly(Outcome.DONE, Outcome.BUSY);
    }

    @TableScenario
    void anEntryWhoseMasterIsNotThereHasAMissingMaster() throws LineException {
        Conntrack master = tcp(1, TcpState.ESTABLISHED);
        Conntrack related = with(udp(2), entry -> {
            entry.master = master.original();
            entry.status |= Status.EXPECTED;
        });

        assertThat(silently(insert(related), insert(master), insert(related)))
                .containsExactly(Outcome.MASTER_MISSING, Outcome.DONE, Outcome.DONE);
        Conntrack there = entries().stream()
                .filter(entry -> entry.master() != null)
                .findFirst()
                .orElseThrow();
        assertThat(there.master()).isEqualTo(master.original());
        assertThat(there.has(Status.EXPECTED)).isTrue();
    }

    @TableScenario
    void aRelatedEntryOfAZoneFindsItsMasterThere() throws LineException {
        for (Zone.Scope scope : Zone.Scope.values()) {
            table.flush(FlushFilter.ALL);
            Conntrack master = with(tcp(1, TcpState.ESTABLISHED), entry -> entry.zone = Zone.of(9, scope));
            Conntrack related = with(udp(2), entry -> {
                entry.master = master.original();
                entry.zone = Zone.of(9, scope);
            });

            assertThat(silently(insert(master), insert(related)))
                    .as("%s", scope)
                    .containsOnly(Outcome.DONE);
        }
    }

    @TableScenario
    void anUnknownHelperIsToldAndLeavesNoEntry() throws LineException {
        Conntrack entry = with(tcp(1, TcpState.ESTABLISHED), unknown -> unknown.helper = "no-such");

        assertThat(silently(insert(entry))).containsExactly(Outcome.HELPER_UNKNOWN);
        assertThat(table.count()).isZero();
    }

    @TableScenario
    void anUpdateAsksForNoOtherHelper() throws LineException {
        Conntrack helped = with(tcp(1, TcpState.ESTABLISHED), entry -> entry.helper = "ftp");
        Conntrack plain = tcp(1, TcpState.ESTABLISHED);
        assertThat(silently(insert(helped))).containsExactly(Outcome.DONE);

        for (Conntrack told : List.of(with(helped, entry -> entry.helper = "no-such"), plain, helped)) {
            Conntrack marked = with(told, entry -> entry.mark = 7);
            assertThat(silently(new TableChange.Update(marked))).containsExactly(Outcome.DONE);
            assertThat(only().helper()).isEqualTo("ftp");
            assertThat(only().mark()).isEqualTo(7);
        }
        table.flush(FlushFilter.ALL);
        assertThat(silently(insert(plain), new TableChange.Update(helped))).containsOnly(Outcome.DONE);
        assertThat(only().helper()).isNull();
    }

    @TableScenario
    void anUnknownHelperIsToldInWordsThatFitEveryTable() {
        assertThat(Outcome.HELPER_UNKNOWN.meaning()).contains("module").contains("userspace");
    }

    @TableScenario
    void aTcpStateThatNoKernelKnowsIsInvalid() throws LineException {
        Conntrack entry = with(tcp(1, 1), wrong -> wrong.state = new TcpState(200, 0, 0, 0, 0));

        assertThat(silently(insert(entry))).containsExactly(Outcome.INVALID);
    }

    @TableScenario
    void aRefusedChangeDoesNotStopTheRestHoweverManyThereAre() throws LineException {
        List<TableChange> changes = new ArrayList<>();
        for (int i = 1; i <= 2000; i++) {
            changes.add(i % 3 == 0 ? new TableChange.Update(udp(i)) : insert(udp(i)));
        }
        List<Outcome> outcomes = table.apply(changes, Echo.SILENT);

        for (int i = 1; i <= 2000; i++) {
            assertThat(outcomes.get(i - 1)).isEqualTo(i % 3 == 0 ? Outcome.ABSENT : Outcome.DONE);
        }
        assertThat(table.count()).isEqualTo(1334);
    }

    @TableScenario
    void noChangesHaveNoOutcomes() {
        assertThat(table.apply(List.of(), Echo.SILENT)).isEmpty();
    }

    @TableScenario
    void aDeletionTakesTheEntryOfItsZoneAlone() throws LineException {
        Conntrack other = udp(99);
        // Replies of a zone of the original direction are in the default zone: another reply tuple keeps them apart.
        Conntrack originalOnly = with(zoned(Zone.of(8, Zone.Scope.ORIGINAL)), entry -> entry.reply = other.reply());
        assertThat(silently(
                        insert(zoned(Zone.DEFAULT)), insert(zoned(Zone.of(7, Zone.Scope.BOTH))), insert(originalOnly)))
                .containsOnly(Outcome.DONE);

        assertThat(silently(new TableChange.Delete(zoned(Zone.of(7, Zone.Scope.BOTH)))))
                .containsExactly(Outcome.DONE);
        assertThat(entries())
                .extracting(Conntrack::zone)
                .containsExactlyInAnyOrder(Zone.DEFAULT, Zone.of(8, Zone.Scope.ORIGINAL));
        assertThat(silently(new TableChange.Delete(originalOnly))).containsExactly(Outcome.DONE);
        assertThat(only().zone()).isEqualTo(Zone.DEFAULT);
    }

    @TableScenario
    void anEntryOfAReplyZoneIsUpdatedAndDeleted() {
        Conntrack entry = zoned(Zone.of(8, Zone.Scope.REPLY));

        assertThat(silently(insert(entry), new TableChange.Update(with(entry, later -> later.mark = 3))))
                .containsOnly(Outcome.DONE);
        assertThat(only().zone()).isEqualTo(entry.zone());
        assertThat(only().mark()).isEqualTo(3);
        assertThat(silently(new TableChange.Delete(entry))).containsExactly(Outcome.DONE);
    }
}
