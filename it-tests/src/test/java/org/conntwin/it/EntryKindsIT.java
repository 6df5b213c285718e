package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.EntryKinds;
import org.conntwin.it.traffic.TableProgram;
import org.conntwin.tracker.table.TableChange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One entry of every kind crosses from one kernel table to the other and is the same there, word for word. */
@Waits
@KernelLab
class EntryKindsIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int LIFETIME_SECONDS = 3_600;
    private static final long ENTRIES = EntryKinds.all().stream()
            .filter(TableChange.Insert.class::isInstance)
            .count();
    private static final long EXPECTATIONS = EntryKinds.all().size() - ENTRIES;

    private ClusterLab cluster;
    private Control first;
    private Control second;

    @BeforeEach
    void everyKindOnTheFirst() {
        cluster = ClusterLab.of(2);
        for (int number : new int[] {1, 2}) {
            cluster.firewall(number).namespace().lifetimes(LIFETIME_SECONDS);
            cluster.firewall(number).namespace().ruleset(Rulesets.WITH_LABELS);
        }
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        first = cluster.control(1);
        second = cluster.control(2);
        table(1, "kinds").orThrow("making one entry of every kind");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private CommandResult table(int firewall, String action) {
        return cluster.firewall(firewall)
                .namespace()
                .command(Programs.command(cluster.product(), TableProgram.class, action))
                .run();
    }

    private List<String> kernelEntries(int firewall) {
        return EntryLine.reduced(cluster.kernel(firewall).entries());
    }

    private List<String> kernelExpectations(int firewall) {
        return cluster.kernel(firewall).expectations().stream()
                .map(EntryLine::reducedExpectation)
                .sorted()
                .toList();
    }

    private List<String> details(int firewall) {
        return table(firewall, "details").orThrow("reading details").lines().stream()
                .sorted()
                .toList();
    }

    private void awaitReplicated() {
        double seconds = secondsUntil(
                "all kinds are in the backup's cache",
                SOON,
                () -> second.dump("external").size() == ENTRIES
                        && second.dump("external", "expect").size() == EXPECTATIONS);
        figure("%d entries and %d expectations of all kinds on the backup after %.2f s"
                .formatted(ENTRIES, EXPECTATIONS, seconds));
    }

    @Test
    void theBackupsCacheShowsEveryKindAsTheKernelDoes() {
        awaitReplicated();
        assertThat(withoutLabels(second.dump("external"))).isEqualTo(kernelEntries(1));
        assertThat(second.dump("external"))
                .allSatisfy(line -> assertThat(line)
                        .containsPattern("\\[active since \\d+s]")
                        .contains("origin=fw1"));
        assertThat(second.dump("external"))
                .as("one entry has labels")
                .filteredOn(line -> line.contains("labels="))
                .hasSize(1);
        assertThat(second.dump("external", "expect").stream()
                        .map(EntryLine::reducedExpectation)
                        .sorted()
                        .toList())
                .isEqualTo(kernelExpectations(1));
        secondsUntilParity(second, SOON);
    }

    private static List<String> withoutLabels(List<String> lines) {
        // `conntrack` prints labels only with a map of their names, which these namespaces do not have.
        return EntryLine.reduced(
                lines.stream().map(line -> line.replaceAll(" labels=\\S+", "")).toList());
    }

    @Test
    void afterTheCommitBothKernelsHoldTheSame() {
        awaitReplicated();
        CommandResult commit = second.done("commit", "--strict");
        figure("commit of all kinds: " + commit.lines().getFirst());
        assertThat(commit.stdout())
                .startsWith("committed %d entries, %d expectations in ".formatted(ENTRIES, EXPECTATIONS))
                .contains("failed 0)");
        assertThat(kernelEntries(2)).isEqualTo(kernelEntries(1));
        assertThat(kernelExpectations(2)).isEqualTo(kernelExpectations(1));
        assertThat(details(2))
                .as("what conntrack does not print: window scales, labels, adjustments, masters")
                .isEqualTo(details(1));
    }

    @Test
    void aSecondCommitChangesNothingAndFailsNothing() {
        awaitReplicated();
        second.done("commit", "--strict");
        List<String> before = kernelEntries(2);
        List<String> expectationsBefore = kernelExpectations(2);
        List<String> detailsBefore = details(2);

        CommandResult again = second.done("commit", "--strict");
        figure("second commit of all kinds: " + again.lines().getFirst());
        assertThat(again.stdout()).contains("created 0,").contains("failed 0)");
        assertThat(kernelEntries(2)).isEqualTo(before);
        assertThat(kernelExpectations(2)).isEqualTo(expectationsBefore);
        assertThat(details(2)).isEqualTo(detailsBefore);
    }

    @Test
    void anEndOnTheFirstEndsEveryKindOnTheBackup() {
        awaitReplicated();
        cluster.kernel(1).flush();
        secondsUntil(
                "nothing is left in the backup's cache",
                SOON,
                () -> second.dump("external").isEmpty()
                        && second.dump("external", "expect").isEmpty());
        assertThat(first.dump("internal")).isEmpty();
    }

    @Test
    void anExpectationMadeAndDeletedByHandIsInTheKernel() {
        String expectation = "300 proto=6 src=10.1.0.1 dst=10.2.0.1 sport=0 dport=20077 mask-src=255.255.255.255 "
                + "mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.1.0.1 master-dst=10.2.0.1 "
                + masterPorts() + " class=0 helper=ftp";
        first.done("expect", "add", expectation);
        secondsUntil(
                "it is there",
                SOON,
                () -> cluster.kernel(1).expectations().stream().anyMatch(line -> line.contains("dport=20077")));
        first.done("expect", "delete", expectation);
        assertThat(cluster.kernel(1).expectations()).noneMatch(line -> line.contains("dport=20077"));
    }

    private String masterPorts() {
        // A master without translation and with room for one expectation more in its helper's class.
        String permanent = cluster.kernel(1).expectations().stream()
                .filter(line -> line.contains("PERMANENT"))
                .findFirst()
                .orElseThrow();
        return permanent.replaceFirst(".*master-dst=\\S+ (sport=\\d+ dport=\\d+).*", "$1");
    }
}
