package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Json;
import org.conntwin.it.lab.NodeSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes without an HA manager ({@code on-peer-loss: promote}): a majority elects, and two are never active. */
@Waits
@KernelLab
class PromotionIT {
    private static final int ENTRIES = 5_000;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration ELECTED = Duration.ofSeconds(15);
    private static final Duration REJOINED = Duration.ofSeconds(30);
    /** Longer than any election takes. */
    private static final int NOBODY_MILLIS = 9_000;

    private ClusterLab cluster;

    @BeforeEach
    void threeFirewalls() {
        cluster = ClusterLab.of(3);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void start(int number) {
        NodeSettings settings = cluster.settings(number);
        String promoting = settings.yaml()
                .replace("  initial-role: backup\n", "  initial-role: backup\n  on-peer-loss: promote\n");
        cluster.start(number, settings.node(), cluster.write(settings.node() + ".yaml", promoting));
    }

    private void nodes(int count) {
        IntStream.rangeClosed(1, count).forEach(this::start);
        cluster.control(1).done("role", "active");
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        for (int number = 2; number <= count; number++) {
            secondsUntilEntries(cluster.control(number), "external", ENTRIES, SOON);
            secondsUntilParity(cluster.control(number), SOON);
        }
    }

    private boolean active(int number) {
        CommandResult status = cluster.control(number).run("status", "--json");
        return status.exitCode() == 0
                && Json.parse(status.stdout()).at("role").text().equals("active");
    }

    private List<Integer> active(List<Integer> numbers) {
        return numbers.stream().filter(this::active).toList();
    }

    @Test
    void aKilledActiveNodeIsFollowedByOneOfTheTwoOthersWithAllItsEntries() {
        nodes(3);
        cluster.node(1).kill();
        double elected = secondsUntil(
                "one of the others is active",
                ELECTED,
                () -> !active(List.of(2, 3)).isEmpty());
        int heir = active(List.of(2, 3)).getFirst();
        secondsUntilEntries(cluster.control(heir), "internal", ENTRIES, SOON);
        assertThat(cluster.kernel(heir).count()).isGreaterThanOrEqualTo(ENTRIES);
        pause(3_000);
        assertThat(active(List.of(2, 3))).containsExactly(heir);
        figure("promotion: active %.2f s after the kill".formatted(elected));

        start(1);
        secondsUntilEntries(cluster.control(1), "external", ENTRIES, SOON);
        assertThat(active(List.of(1, 2, 3))).containsExactly(heir);
    }

    @Test
    void anActiveNodeThatIsCutOffStepsDownBeforeTheOthersElectOne() {
        nodes(3);
        cluster.network().cut(cluster.firewall(1));
        boolean[] two = new boolean[1];
        double elected = secondsUntil("one of the others is active", ELECTED, () -> {
            // The old one is asked last: had it stepped down late, it would be seen active beside the new one.
            List<Integer> seen = active(List.of(2, 3));
            two[0] |= !seen.isEmpty() && active(1);
            return !seen.isEmpty();
        });
        assertThat(two[0]).as("two at once").isFalse();
        int heir = active(List.of(2, 3)).getFirst();
        cluster.network().heal(cluster.firewall(1));
        secondsUntil("one cluster again", REJOINED, () -> cluster.control(1).parity());
        assertThat(active(List.of(1, 2, 3))).containsExactly(heir);
        figure("promotion: another active %.2f s after the cut".formatted(elected));
    }

    @Test
    void theLastOfThreeIsNotPromoted() {
        nodes(3);
        cluster.node(1).kill();
        cluster.node(2).kill();
        pause(NOBODY_MILLIS);
        assertThat(active(3)).isFalse();
    }

    @Test
    void theLastOfTwoGoesOnWhenItIsActiveAndIsNotPromotedWhenItIsNot() {
        nodes(2);
        cluster.node(2).kill();
        pause(NOBODY_MILLIS);
        assertThat(active(1)).as("nobody else could be elected").isTrue();
        start(2);
        secondsUntilEntries(cluster.control(2), "external", ENTRIES, SOON);
        cluster.node(1).kill();
        pause(NOBODY_MILLIS);
        assertThat(active(2)).as("one of two is no majority").isFalse();
    }
}
