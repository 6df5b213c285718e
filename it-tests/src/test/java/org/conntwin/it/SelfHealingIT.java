package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that start late, die and come back: gaps fill and ghosts go, each within five seconds and by themselves. */
@KernelLab
class SelfHealingIT {
    private static final Duration HEALED = Duration.ofSeconds(5);
    private static final Duration LOADED = Duration.ofSeconds(30);
    private static final int MANY = 100_000;
    private static final int FEW = 10;

    private ClusterLab cluster;

    @BeforeEach
    void anActiveNode() {
        cluster = ClusterLab.of(2);
        cluster.start(1, cluster.settings(1).as("active"));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void load(int entries) {
        cluster.kernel(1).insertAll(Entries.tcpLines(entries));
        secondsUntilEntries(cluster.control(1), "internal", entries, LOADED);
    }

    @Test
    void aBackupThatStartsLateRefillsByItself() {
        load(MANY);
        double ready = cluster.start(2);
        double refilled = secondsUntilEntries(cluster.control(2), "external", MANY, HEALED);
        double parity = secondsUntilParity(cluster.control(2), HEALED);
        secondsUntilParity(cluster.control(1), HEALED);
        figure("late backup: ready after %.2f s, %d entries %.2f s later, parity %.2f s after that"
                .formatted(ready, MANY, refilled, parity));
    }

    @Test
    void aKilledBackupRefillsAfterItsRestart() {
        cluster.start(2);
        load(MANY);
        secondsUntilEntries(cluster.control(2), "external", MANY, HEALED);
        cluster.node(2).kill();
        cluster.kernel(1).insertAll(Entries.tcpLines(FEW, "10.7"));
        double ready = cluster.start(2);
        double refilled = secondsUntilEntries(cluster.control(2), "external", MANY + FEW, HEALED);
        secondsUntilParity(cluster.control(2), HEALED);
        figure("killed backup: ready again after %.2f s, refilled %.2f s later".formatted(ready, refilled));
    }

    @Test
    void anActiveThatComesBackWithoutItsFlowsLeavesNoGhosts() {
        cluster.start(2);
        load(MANY);
        secondsUntilEntries(cluster.control(2), "external", MANY, HEALED);
        cluster.node(1).kill();
        cluster.kernel(1).flush();
        cluster.kernel(1).insertAll(Entries.tcpLines(FEW, "10.7"));
        double ready = cluster.start(1);
        double healed = secondsUntilEntries(cluster.control(2), "external", FEW, HEALED);
        assertThat(cluster.control(2).dump("external"))
                .hasSize(FEW)
                .allSatisfy(line -> assertThat(line).contains("src=10.7."));
        secondsUntilParity(cluster.control(2), HEALED);
        figure("restarted active: ready after %.2f s, %d ghosts gone %.2f s later".formatted(ready, MANY, healed));
    }

    @Test
    void aFlushOfTheKernelTableLeavesNothingOnTheBackup() {
        int entries = 20_000;
        cluster.start(2);
        load(entries);
        secondsUntilEntries(cluster.control(2), "external", entries, HEALED);
        cluster.kernel(1).flush();
        double gone = secondsUntilEntries(cluster.control(2), "external", 0, HEALED);
        assertThat(cluster.control(2).dump("external")).isEmpty();
        assertThat(cluster.control(1).entries("internal")).isZero();
        figure("conntrack -F of %d entries: none left on the backup %.2f s later".formatted(entries, gone));
    }

    @Test
    void aSyncInterfaceThatIsRemovedAndMadeAnewIsListenedOnAgain() {
        cluster.start(2);
        load(FEW);
        secondsUntilEntries(cluster.control(2), "external", FEW, HEALED);
        for (int number = 1; number <= 2; number++) {
            cluster.network().unplug(cluster.firewall(number));
            cluster.kernel(1).insertAll(Entries.tcpLines(FEW, "10.7" + number));
            secondsUntilEntries(cluster.control(1), "internal", FEW + FEW * number, HEALED);
            cluster.network().plug(cluster.firewall(number));
            Healing healing = Healing.begins();
            double healed = healing.untilEntries(cluster.control(2), "external", FEW + FEW * number);
            healing.untilParity(cluster.control(2));
            figure("sync interface of fw%d made anew: whole %.2f s later".formatted(number, healed));
        }
    }

    @Test
    void aSyncAddressThatIsTakenAwayAndGivenBackIsListenedOnAgain() {
        cluster.start(2);
        cluster.network().renumber(cluster.firewall(2));
        Healing healing = Healing.begins();
        load(FEW);
        double healed = healing.untilEntries(cluster.control(2), "external", FEW);
        healing.untilParity(cluster.control(2));
        figure("sync address given back: whole %.2f s later".formatted(healed));
    }
}
