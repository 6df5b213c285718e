package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.ConntrackLimit;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.TableProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Half a million entries at once, then taken over: nothing is lost on the way and the commit overruns nothing. */
@KernelLab
class BurstIT {
    private static final int ENTRIES = 500_000;
    private static final Duration REPLICATED = Duration.ofSeconds(5);
    private static final Duration COMMITTED = Duration.ofSeconds(10);

    private ClusterLab cluster;

    @BeforeEach
    void twoNodes() {
        cluster = ClusterLab.of(2);
        cluster.lab().own(ConntrackLimit.atLeast(4L * ENTRIES));
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void halfAMillionInsertsArriveWithinFiveSecondsAndAreCommittedWithoutAFailure() {
        Control backup = cluster.control(2);
        CommandResult burst = cluster.firewall(1)
                .namespace()
                .command(Programs.command(cluster.product(), TableProgram.class, "burst", Integer.toString(ENTRIES)))
                .runOrThrow();
        double arrived = secondsUntilEntries(backup, "external", ENTRIES, REPLICATED);
        figure("burst: " + burst.stdout().strip() + "; all on the backup %.2f s after its end".formatted(arrived));
        secondsUntilParity(backup, REPLICATED);

        CommandResult first = backup.done("commit");
        figure("first commit: " + first.lines().getFirst());
        assertThat(first.lines()).hasSize(1);
        assertThat(first.stdout())
                .startsWith("committed " + ENTRIES + " entries, 0 expectations in ")
                .contains("(created " + ENTRIES + ", updated 0, skipped 0, failed 0)");
        assertThat(cluster.kernel(2).count()).isEqualTo(ENTRIES);

        CommandResult second = backup.done("commit");
        figure("second commit: " + second.lines().getFirst());
        assertThat(second.stdout())
                .startsWith("committed " + ENTRIES + " entries")
                .contains("created 0,")
                .contains("failed 0)");
        assertThat(cluster.kernel(2).count()).isEqualTo(ENTRIES);

        secondsUntilParity(backup, COMMITTED);
        secondsUntilParity(cluster.control(1), COMMITTED);
        for (int node : new int[] {1, 2}) {
            assertThat(cluster.control(node).stats("events").at("overruns").number())
                    .as("overruns of node " + node)
                    .isZero();
        }
        assertThat(backup.entries("internal"))
                .as("what was committed is this node's own now")
                .isEqualTo(ENTRIES);
    }
}
