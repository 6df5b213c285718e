package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.ConntrackLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults in the middle of work; after each, nothing is missing and nothing is left over, or the count by cause is told. */
@KernelLab
class FaultsIT {
    private static final Duration HEALED = Duration.ofSeconds(5);
    private static final Duration LOADED = Duration.ofSeconds(30);
    private static final int MANY = 60_000;
    private static final int SOME = 5_000;

    private ClusterLab cluster;

    @BeforeEach
    void anActiveNodeAndABackup() {
        cluster = ClusterLab.of(2);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        secondsUntilParity(cluster.control(2), LOADED);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void assertTwins(int entries) {
        assertThat(cluster.control(1).entries("internal")).isEqualTo(entries);
        assertThat(cluster.control(2).entries("external")).isEqualTo(entries);
    }

    @Test
    void aPeerThatIsFrozenForFiveSecondsWhileFlowsAreBorn() {
        cluster.node(2).freeze();
        long start = System.nanoTime();
        cluster.kernel(1).insertAll(Entries.tcpLines(MANY));
        secondsUntilEntries(cluster.control(1), "internal", MANY, LOADED);
        pause((int) Math.max(0, 5_000 - (System.nanoTime() - start) / 1_000_000));
        cluster.node(2).thaw();
        Healing healing = Healing.begins();
        double whole = healing.untilEntries(cluster.control(2), "external", MANY);
        double parity = healing.untilParity(cluster.control(2));
        figure("frozen for 5 s while %d flows are born: whole %.2f s after it woke, parity %.2f s"
                .formatted(MANY, whole, parity));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20})
    void aSyncNetworkThatLosesPackets(int percent) {
        cluster.network().lose(cluster.firewall(1), percent);
        cluster.network().lose(cluster.firewall(2), percent);
        cluster.kernel(1).insertAll(Entries.tcpLines(MANY));
        secondsUntilEntries(cluster.control(1), "internal", MANY, LOADED);
        Healing healing = Healing.begins();
        double whole = healing.untilEntries(cluster.control(2), "external", MANY);
        double parity = healing.untilParity(cluster.control(2));
        assertTwins(MANY);
        figure("%d %% of all packets lost: %d flows whole after %.2f s, parity after %.2f s, while it lasts"
                .formatted(percent, MANY, whole, parity));
    }

    @Test
    void aNodeThatHearsNothingForAWhileButIsHeard() {
        cluster.kernel(1).insertAll(Entries.tcpLines(SOME));
        secondsUntilEntries(cluster.control(2), "external", SOME, HEALED);
        cluster.network().lose(cluster.firewall(2), 100);
        cluster.kernel(1).insertAll(Entries.tcpLines(SOME, "10.7"));
        pause(8_000);
        cluster.network().receiveAll(cluster.firewall(2));
        Healing healing = Healing.begins();
        double whole = healing.untilEntries(cluster.control(2), "external", 2 * SOME);
        healing.untilParity(cluster.control(2));
        double parity = healing.untilParity(cluster.control(1));
        figure("deaf for 8 s: whole %.2f s after, parity %.2f s".formatted(whole, parity));
    }

    @Test
    void anActiveNodeThatIsKilledAndRestartedInTheMiddleOfABurst() throws InterruptedException {
        Thread burst = Thread.ofPlatform().start(() -> cluster.kernel(1).insertAll(Entries.tcpLines(MANY)));
        secondsUntil("it has begun", LOADED, () -> cluster.kernel(1).count() > 1_000);
        cluster.node(1).kill();
        cluster.start(1, cluster.settings(1).as("active"));
        burst.join(60_000);
        secondsUntilEntries(cluster.control(1), "internal", MANY, LOADED);
        Healing healing = Healing.begins();
        double whole = healing.untilEntries(cluster.control(2), "external", MANY);
        healing.untilParity(cluster.control(2));
        figure("active restarted in a burst of %d: backup whole %.2f s after it".formatted(MANY, whole));
    }

    @Test
    void aCommitThatIsKilledInTheMiddleAndRepeated() throws InterruptedException {
        cluster.kernel(1).insertAll(Entries.tcpLines(MANY));
        secondsUntilEntries(cluster.control(2), "external", MANY, LOADED);
        secondsUntilParity(cluster.control(2), HEALED);
        Thread commit = Thread.ofPlatform().start(() -> cluster.control(2).run("commit"));
        secondsUntil("it has begun", LOADED, () -> cluster.kernel(2).count() > 0);
        cluster.node(2).kill();
        commit.join(60_000);
        long before = cluster.kernel(2).count();
        cluster.start(2);
        Healing healing = Healing.begins();
        healing.untilEntries(cluster.control(2), "external", MANY);
        healing.untilParity(cluster.control(2));
        String summary = cluster.control(2).done("commit").stdout();
        assertThat(summary).startsWith("committed " + MANY + " entries").contains("failed 0");
        assertThat(cluster.kernel(2).count()).isEqualTo(MANY);
        assertThat(cluster.control(2).entries("internal")).isEqualTo(MANY);
        figure("commit killed after %d of %d entries: repeated, %s".formatted(before, MANY, summary.strip()));
    }

    @Test
    void flowsThatAreBornWhileATwinIsCommittedAreOwnedAndTold() throws InterruptedException {
        cluster.kernel(1).insertAll(Entries.tcpLines(MANY));
        secondsUntilEntries(cluster.control(2), "external", MANY, LOADED);
        Thread takeover = Thread.ofPlatform().start(() -> cluster.control(2).done("role", "active"));
        secondsUntil("it has begun", LOADED, () -> cluster.kernel(2).count() > 0);
        cluster.kernel(2).insertAll(Entries.tcpLines(SOME, "10.8"));
        long then = cluster.control(2).entries("internal");
        takeover.join(60_000);
        Healing healing = Healing.begins();
        double owned = healing.untilEntries(cluster.control(2), "internal", MANY + SOME);
        double told = healing.untilEntries(cluster.control(1), "external", MANY + SOME);
        healing.untilParity(cluster.control(1));
        assertThat(cluster.kernel(2).count()).isEqualTo(MANY + SOME);
        figure("%d flows born amid a commit of %d (%d owned then): all owned %.2f s after it, told %.2f s"
                .formatted(SOME, MANY, then, owned, told));
    }

    @Test
    void aKernelTableThatIsFullOnTheBackupIsToldByCauseAndFilledOnceThereIsRoom() {
        cluster.kernel(1).insertAll(Entries.tcpLines(2 * SOME));
        secondsUntilEntries(cluster.control(2), "external", 2 * SOME, HEALED);
        try (ConntrackLimit _ = ConntrackLimit.exactly(SOME)) {
            CommandResult commit = cluster.control(2).run("commit", "--strict");
            assertThat(commit.exitCode()).isEqualTo(1);
            assertThat(commit.stdout()).contains("the local table is full");
            assertThat(cluster.kernel(2).count()).isLessThanOrEqualTo(SOME + 100);
        }
        assertThat(cluster.control(2).done("commit").stdout()).contains("failed 0");
        assertThat(cluster.kernel(2).count()).isEqualTo(2 * SOME);
        secondsUntilParity(cluster.control(1), HEALED);
    }

    @Test
    void aBackupThatRestartsWithWhatItHadCommittedGivesUpWhatTheActiveNodeCarries() {
        cluster.node(2).kill();
        String quick = cluster.settings(2).yaml().replace("sync:\n", "sync:\n  purge-after: 2s\n");
        cluster.start(2, "fw2", cluster.write("fw2.yaml", quick));
        cluster.kernel(1).insertAll(Entries.tcpLines(SOME));
        secondsUntilEntries(cluster.control(2), "external", SOME, HEALED);
        cluster.control(2).done("commit");
        assertThat(cluster.control(2).entries("internal")).isEqualTo(SOME);
        cluster.node(2).kill();
        cluster.start(2, "fw2", cluster.write("fw2.yaml", quick));
        double released = secondsUntil(
                "nothing of its own",
                Duration.ofSeconds(10),
                () -> cluster.control(2).entries("internal") == 0
                        && cluster.kernel(2).count() == 0);
        secondsUntilEntries(cluster.control(1), "external", 0, HEALED);
        assertThat(cluster.control(1).entries("internal")).isEqualTo(SOME);
        figure("backup restarted with %d committed entries: given up after %.2f s".formatted(SOME, released));
    }
}
