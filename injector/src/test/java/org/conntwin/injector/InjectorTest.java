package org.conntwin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.injector.Lines.expectation;
import static org.conntwin.injector.Lines.related;
import static org.conntwin.injector.Lines.tcp;
import static org.conntwin.injector.Lines.with;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.conntwin.injector.Ownership.Standing;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.junit.jupiter.api.Test;

class InjectorTest {
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final FakeTable table = new FakeTable(log);
    private final FakeOwnership ownership = new FakeOwnership(log);
    private final List<Conntrack> entries = new ArrayList<>();
    private final List<Expectation> expectations = new ArrayList<>();

    private CommitReport commit() {
        return commit(CommitKinds.BOTH);
    }

    private CommitReport commit(CommitKinds kinds) {
        CommitSource source = new CommitSource() {
            @Override
            public void entries(Consumer<? super Conntrack> visitor) {
                entries.forEach(visitor);
            }

            @Override
            public void expectations(Consumer<? super Expectation> visitor) {
                expectations.forEach(visitor);
            }
        };
        return new Injector(table, true).commit(source, ownership, kinds);
    }

    private static void assertSums(CommitReport report, int created, int updated, int skipped, int failed) {
        assertThat(List.of(report.created(), report.updated(), report.skipped(), report.failed()))
                .as("created, updated, skipped, failed of %s", report)
                .containsExactly(created, updated, skipped, failed);
    }

    private List<String> changes() {
        return log.stream()
                .filter(line -> !line.startsWith("adopt") && !line.startsWith("disown"))
                .toList();
    }

    // Order

    @Test
    void mastersAreWrittenBeforeRelatedEntriesAndThoseBeforeExpectations() {
        Conntrack master = with(tcp(1), entry -> entry.helper = "ftp");
        entries.addAll(List.of(related(2, master), master, tcp(3)));
        expectations.add(expectation(9, master, 60, 0));
        CommitReport report = commit();

        assertThat(changes())
                .containsExactly(
                        "Insert 1 DONE", "Insert 3 DONE", "Insert 2 DONE", "Expect x9 DONE", "ExpectTimeout x9 DONE");
        assertThat(table.at(entries.get(0)).master()).isEqualTo(master.original());
        assertThat(report.entries()).isEqualTo(3);
        assertThat(report.expectations()).isEqualTo(1);
        assertSums(report, 4, 0, 0, 0);
    }

    @Test
    void aChainOfMastersIsWrittenInWhateverOrderItComes() {
        Conntrack first = tcp(1);
        Conntrack second = related(2, first);
        Conntrack third = related(3, second);
        Conntrack fourth = related(4, third);
        Conntrack fifth = related(5, fourth);
        entries.addAll(List.of(fifth, fourth, third, second, first));
        CommitReport report = commit();

        assertSums(report, 5, 0, 0, 0);
        assertThat(table.at(fifth).master()).isEqualTo(fourth.original());
        assertThat(report.remarks()).isEmpty();
        assertThat(ownership.owned).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    }

    @Test
    void anEntryWhoseMasterIsGoneIsWrittenWithoutIt() {
        Conntrack orphan = related(2, tcp(1));
        entries.add(orphan);
        CommitReport report = commit();

        assertSums(report, 1, 0, 0, 0);
        assertThat(table.at(orphan).master()).isNull();
        assertThat(report.remarks()).containsOnly(Map.entry("committed without their master, which is gone", 1));
        assertThat(ownership.owned).containsExactly("2");
    }

    @Test
    void entriesThatAreEachOthersMastersAreWrittenWithout() {
        Conntrack one = related(1, tcp(2));
        Conntrack two = related(2, tcp(1));
        entries.addAll(List.of(one, two));
        CommitReport report = commit();

        assertSums(report, 2, 0, 0, 0);
        assertThat(report.remarks()).containsOnly(Map.entry("committed without their master, which is gone", 2));
    }

    @Test
    void moreEntriesThanABatchHoldsAreAllWritten() {
        Conntrack master = with(tcp(1), entry -> entry.helper = "ftp");
        for (int i = 2; i <= 3000; i++) {
            entries.add(i % 2 == 0 ? related(i, master) : tcp(i));
        }
        entries.add(master);
        for (int i = 1; i <= 700; i++) {
            expectations.add(expectation(i, master, 60, 0));
        }
        CommitReport report = commit();

        assertSums(report, 3700, 0, 0, 0);
        assertThat(table.count()).isEqualTo(3000);
        assertThat(table.expectations).hasSize(700);
    }

    @Test
    void onlyTheKindAskedForIsWritten() {
        Conntrack master = with(tcp(1), entry -> entry.helper = "ftp");
        entries.add(master);
        expectations.add(expectation(9, master, 60, 0));

        assertThat(commit(CommitKinds.ENTRIES).expectations()).isZero();
        assertThat(table.expectations).isEmpty();
        assertThat(commit(CommitKinds.EXPECTATIONS).entries()).isZero();
        assertThat(table.expectations).hasSize(1);
    }

    // Outcomes

    @Test
    void anEntryThatIsThereIsUpdatedAndOneThatIsNotIsMade() {
        table.apply(List.of(new TableChange.Insert(tcp(1))), Echo.SILENT);
        ownership.standings.put("2", Standing.OLDER);
        entries.addAll(List.of(tcp(1), tcp(2), tcp(3)));
        log.clear();
        CommitReport report = commit(CommitKinds.ENTRIES);

        assertThat(changes())
                .containsExactly(
                        "Insert 1 EXISTS", "Update 2 ABSENT", "Insert 3 DONE", "Update 1 DONE", "Insert 2 DONE");
        assertSums(report, 2, 1, 0, 0);
    }

    @Test
    void committingTwiceUpdatesAndMakesNothingNew() {
        Conntrack master = with(tcp(1), entry -> entry.helper = "ftp");
        entries.addAll(List.of(master, related(2, master)));
        expectations.add(expectation(9, master, 60, 0));

        assertSums(commit(), 3, 0, 0, 0);
        assertSums(commit(), 0, 3, 0, 0);
        assertThat(table.count()).isEqualTo(2);
    }

    @Test
    void anOwnNewerCopyIsLeftAlone() {
        ownership.standings.put("1", Standing.NEWER);
        entries.addAll(List.of(tcp(1), tcp(2)));

        assertSums(commit(), 1, 0, 1, 0);
        assertThat(log).containsExactly("adopt 2", "Insert 2 DONE");
    }

    @Test
    void anUpdateThatIsBusyIsTriedAgainWithoutItsStatus() {
        Conntrack assured = with(tcp(1), entry -> entry.status |= Status.ASSURED);
        table.entries.put(FakeTable.Key.of(assured), assured);
        ownership.standings.put("1", Standing.OLDER);
        entries.add(with(tcp(1), entry -> entry.mark = 5));
        CommitReport report = commit();

        assertThat(changes()).containsExactly("Update 1 BUSY", "Update 1 DONE");
        assertSums(report, 0, 1, 0, 0);
        assertThat(table.at(assured).mark()).isEqualTo(5);
        assertThat(table.at(assured).status()).isZero(); // the fake keeps what it was told: leave it alone
        assertThat(ownership.owned).containsExactly("1");
    }

    @Test
    void anEntryFoundToExistAndThenBusyIsStillUpdated() {
        Conntrack assured = with(tcp(1), entry -> entry.status |= Status.ASSURED);
        table.entries.put(FakeTable.Key.of(assured), assured);
        entries.add(tcp(1));
        CommitReport report = commit();

        assertThat(changes()).containsExactly("Insert 1 EXISTS", "Update 1 BUSY", "Update 1 DONE");
        assertSums(report, 0, 1, 0, 0);
    }

    @Test
    void aFixedLifetimeIsNotTouchedInTheSimplerUpdate() {
        int fixed = Status.CONFIRMED | Status.SEEN_REPLY | Status.FIXED_TIMEOUT;
        Conntrack there = with(tcp(1), entry -> entry.status = fixed | Status.ASSURED);
        table.entries.put(FakeTable.Key.of(there), there);
        entries.add(with(tcp(1), entry -> entry.status = fixed));

        assertSums(commit(), 0, 1, 0, 0);
        assertThat(table.at(there).timeoutSeconds()).isEqualTo(Conntrack.UNKNOWN);
    }

    @Test
    void anEntryOfAnUnknownHelperIsCommittedWithoutItAndCountedAsFailed() {
        Conntrack entry = with(tcp(1), helped -> {
            helped.helper = "sip";
            helped.labels = Labels.NONE.with(3);
        });
        entries.add(entry);
        CommitReport report = commit();

        assertSums(report, 0, 0, 0, 1);
        assertThat(report.causes())
                .containsOnly(
                        Map.entry("helper sip is not known here, committed without it (load nf_conntrack_sip)", 1));
        assertThat(table.at(entry).helper()).isNull();
        assertThat(table.at(entry).labels()).isEqualTo(entry.labels());
        assertThat(ownership.owned).containsExactly("1");
    }

    @Test
    void anEntryOfAnUnknownHelperStillWaitsForItsMaster() {
        Conntrack first = tcp(1);
        Conntrack second = related(2, first);
        Conntrack third = with(related(3, second), entry -> entry.helper = "sip");
        entries.addAll(List.of(third, second, first));
        CommitReport report = commit();

        assertSums(report, 2, 0, 0, 1);
        assertThat(table.at(third).master()).isEqualTo(second.original());
        assertThat(report.remarks()).isEmpty();
    }

    @Test
    void anEntryWithLabelsThatTheTableDoesNotKnowKeepsItsHelper() {
        table.labels = false;
        Conntrack entry = with(tcp(1), labelled -> {
            labelled.helper = "ftp";
            labelled.labels = Labels.NONE.with(3);
            labelled.originalAdjustment = new SequenceAdjustment(1, 2, 3);
        });
        entries.add(entry);
        CommitReport report = commit();

        assertSums(report, 1, 0, 0, 0);
        assertThat(report.remarks())
                .containsOnly(
                        Map.entry("committed without labels or sequence adjustment, which the local table refused", 1));
        assertThat(table.at(entry).helper()).isEqualTo("ftp");
        assertThat(table.at(entry).labels()).isNull();
        assertThat(table.at(entry).originalAdjustment()).isNull();
    }

    @Test
    void anUpdateWithLabelsThatTheTableDoesNotKnowIsDoneWithoutThem() {
        Conntrack entry = with(tcp(1), labelled -> labelled.labels = Labels.NONE.with(3));
        table.entries.put(FakeTable.Key.of(entry), entry);
        table.labels = false;
        entries.add(with(entry, later -> later.mark = 9));

        assertSums(commit(), 0, 1, 0, 0);
        assertThat(table.at(entry).mark()).isEqualTo(9);
    }

    @Test
    void aFullTableIsCountedByCauseAndTheRestGoesOn() {
        table.capacity = 2;
        entries.addAll(List.of(tcp(1), tcp(2), tcp(3), tcp(4)));
        CommitReport report = commit();

        assertSums(report, 2, 0, 0, 2);
        assertThat(report.causes()).containsOnly(Map.entry(Outcome.TABLE_FULL.meaning(), 2));
        assertThat(ownership.owned).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void anEntryIsAdoptedBeforeItIsWrittenAndDisownedWhenItIsRefused() {
        table.capacity = 1;
        entries.addAll(List.of(tcp(1), tcp(2)));
        commit();

        assertThat(log).containsExactly("adopt 1", "adopt 2", "Insert 1 DONE", "Insert 2 TABLE_FULL", "disown 2");
    }

    // Expectations

    @Test
    void aLifetimeIsSetAfterCreationAlsoOfAPermanentExpectation() {
        Conntrack master = with(tcp(1), entry -> entry.helper = "ftp");
        entries.add(master);
        expectations.add(expectation(8, master, 44, 0));
        expectations.add(expectation(9, master, 55, Expectation.PERMANENT | Expectation.INACTIVE));
        commit();

        assertThat(changes())
                .containsExactly(
                        "Insert 1 DONE",
                        "Expect x8 DONE",
                        "ExpectTimeout x8 DONE",
                        "Expect x9 DONE",
                        "ExpectTimeout x9 DONE");
        assertThat(table.expectations.values())
                .extracting(Expectation::timeoutSeconds)
                .containsExactly(44, 55);
    }

    @Test
    void anExistingExpectationGetsItsLifetime() {
        Conntrack master = with(tcp(1), entry -> entry.helper = "ftp");
        entries.add(master);
        expectations.add(expectation(8, master, 44, 0));
        commit();
        expectations.set(0, expectation(8, master, 33, 0));
        CommitReport report = commit(CommitKinds.EXPECTATIONS);

        assertSums(report, 0, 1, 0, 0);
        assertThat(table.expectations.values())
                .extracting(Expectation::timeoutSeconds)
                .containsExactly(33);
    }

    @Test
    void aRefusedExpectationIsDisownedAndCountedByCause() {
        Conntrack unhelped = tcp(1);
        entries.add(unhelped);
        expectations.add(expectation(8, tcp(77), 44, 0));
        expectations.add(expectation(9, unhelped, 44, 0));
        CommitReport report = commit();

        assertSums(report, 1, 0, 0, 2);
        assertThat(report.expectations()).isZero();
        assertThat(report.causes())
                .containsOnly(
                        Map.entry("expectation: " + Outcome.MASTER_MISSING.meaning(), 1),
                        Map.entry("expectation: " + Outcome.HELPER_UNKNOWN.meaning(), 1));
        assertThat(ownership.owned).containsExactly("1");
        assertThat(log.indexOf("adopt x8")).isLessThan(log.indexOf("Expect x8 MASTER_MISSING"));
        assertThat(log.indexOf("disown x8")).isGreaterThan(log.indexOf("Expect x8 MASTER_MISSING"));
    }

    // The report

    @Test
    void theSummaryIsTheLineOfTheOperatorsInterface() {
        CommitReport report = new CommitReport(12, 3, 10, 4, 2, 1, 1.23456, Map.of("a", 1), Map.of());

        assertThat(report.summary())
                .isEqualTo("committed 12 entries, 3 expectations in 1.235 s"
                        + " (created 10, updated 4, skipped 2, failed 1)");
    }

    @Test
    void nothingToCommitIsASummaryOfZeros() {
        assertThat(commit().summary())
                .matches("committed 0 entries, 0 expectations in \\d+\\.\\d{3} s"
                        + " \\(created 0, updated 0, skipped 0, failed 0\\)");
    }
}
