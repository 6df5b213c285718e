package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.junit.jupiter.api.Test;

/** A peer that is away for far longer than it takes to give it up. */
@Waits
@KernelLab
class AbsenceIT {
    private static final Duration LOADED = Duration.ofSeconds(30);
    private static final int MANY = 100_000;
    private static final int BORN = 20_000;

    @Test
    void aBackupThatIsGoneForAMinuteMissesNothingOfIt() {
        try (ClusterLab cluster = ClusterLab.of(2)) {
            cluster.start(1, cluster.settings(1).as("active"));
            cluster.start(2);
            cluster.kernel(1).insertAll(Entries.tcpLines(MANY));
            secondsUntilEntries(cluster.control(2), "external", MANY, LOADED);
            cluster.node(2).kill();
            long gone = System.nanoTime();
            cluster.kernel(1).insertAll(Entries.tcpLines(BORN, "10.7"));
            // Half of the first ones end.
            cluster.kernel(1).delete("-s 10.1.0.1");
            int left = MANY / 2 + BORN;
            secondsUntilEntries(cluster.control(1), "internal", left, LOADED);
            pause((int) Math.max(0, 60_000 - (System.nanoTime() - gone) / 1_000_000));
            cluster.start(2);
            Healing healing = Healing.begins();
            double whole = healing.untilEntries(cluster.control(2), "external", left);
            double parity = healing.untilParity(cluster.control(2));
            assertThat(cluster.control(1).entries("internal")).isEqualTo(left);
            figure("backup gone for a minute: whole %.2f s after its start, parity %.2f s".formatted(whole, parity));
        }
    }
}
