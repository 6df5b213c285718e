package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of the sync network that outlast every detection of failures, with flows that begin and end meanwhile. */
@KernelLab
class ClusterFaultsIT {
    private static final Duration HEALED = Duration.ofSeconds(5);
    private static final Duration LOADED = Duration.ofSeconds(30);
    /** Longer than any member that does not answer is kept in the view. */
    private static final int GONE_MILLIS = 7_000;

    private static final int MANY = 30_000;
    private static final int SOME = 5_000;

    private ClusterLab cluster;

    @BeforeEach
    void threeFirewalls() {
        cluster = ClusterLab.of(3);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void born(int number, int entries, String network) {
        cluster.kernel(number).insertAll(Entries.tcpLines(entries, network));
    }

    private void ended(int number, String network) {
        cluster.kernel(number).delete("-s " + network + ".0.1");
    }

    private long copies(int number, String origin) {
        return cluster.control(number).status().at("peers").elements().stream()
                .filter(peer -> peer.at("name").text().equals(origin))
                .mapToLong(peer -> peer.at("entries").number())
                .sum();
    }

    private static void untilGone(long start) {
        pause((int) Math.max(0, GONE_MILLIS - (System.nanoTime() - start) / 1_000_000));
    }

    private void nodes(int count, String purgeAfter) {
        String yaml = cluster.settings(1)
                .as("active")
                .yaml()
                .replace("sync:\n", "sync:\n  purge-after: " + purgeAfter + "\n");
        cluster.start(1, "fw1", cluster.write("fw1.yaml", yaml));
        for (int number = 2; number <= count; number++) {
            cluster.start(number);
        }
    }

    @Test
    void threeNodesAndTwoOriginsOneDeafOneCutOffOneKilled() throws InterruptedException {
        nodes(3, "60s");
        born(1, MANY, "10.1");
        born(1, SOME, "10.4");
        born(2, SOME, "10.5");
        born(2, SOME, "10.8");
        secondsUntilEntries(cluster.control(3), "external", MANY + 3 * SOME, LOADED);

        cluster.network().lose(cluster.firewall(1), 100);
        cluster.network().cut(cluster.firewall(3));
        long start = System.nanoTime();
        cluster.node(2).kill();
        born(1, SOME, "10.3");
        ended(1, "10.4");
        cluster.start(2);
        born(2, SOME, "10.9");
        ended(2, "10.5");
        untilGone(start);
        cluster.network().receiveAll(cluster.firewall(1));
        cluster.network().heal(cluster.firewall(3));

        Healing healing = Healing.begins();
        double whole = healing.until(
                "the third has what both have", () -> copies(3, "fw1") == MANY + SOME && copies(3, "fw2") == 2 * SOME);
        double parity = 0;
        for (int number = 3; number >= 1; number--) {
            parity = healing.untilParity(cluster.control(number));
        }
        assertThat(cluster.control(1).entries("external")).isEqualTo(2 * SOME);
        assertThat(cluster.control(2).entries("external")).isEqualTo(MANY + SOME);
        figure("one node deaf, one cut off, one killed for 7 s: the third whole %.2f s after, all in parity %.2f s"
                .formatted(whole, parity));
        aBackupIsRestartedInTheMiddleOfACommit();
    }

    /** First the one that commits, then another, to which the commit is told. */
    private void aBackupIsRestartedInTheMiddleOfACommit() throws InterruptedException {
        int own = 2 * SOME;
        Thread stopped = Thread.ofPlatform().start(() -> cluster.control(2).run("role", "active"));
        secondsUntil("it has begun", LOADED, () -> cluster.kernel(2).count() > own);
        cluster.node(2).signal("TERM");
        cluster.node(2).awaitExit(LOADED);
        stopped.join(60_000);
        long before = cluster.kernel(2).count();
        cluster.start(2);
        secondsUntilEntries(cluster.control(2), "external", MANY + SOME, HEALED);
        Thread repeated = Thread.ofPlatform().start(() -> cluster.control(2).run("role", "active"));
        cluster.node(3).kill();
        cluster.start(3);
        repeated.join(60_000);
        assertThat(cluster.control(2).status().at("role").text()).isEqualTo("active");
        secondsUntil("the third has what the heir owns", HEALED, () -> copies(3, "fw2") == MANY + SOME + own);
        assertThat(cluster.kernel(2).count()).isEqualTo(MANY + SOME + own);
        for (int number = 1; number <= 3; number++) {
            secondsUntilParity(cluster.control(number), HEALED);
        }
        figure("a node stopped when its commit had written %d, another killed while it was repeated".formatted(before));
    }

    @Test
    void aLinkThatIsCutWhileBothSidesAreActiveAndHealed() {
        nodes(2, "2s");
        born(1, MANY, "10.1");
        born(1, SOME, "10.4");
        secondsUntilEntries(cluster.control(2), "external", MANY + SOME, HEALED);

        cluster.network().cut(cluster.firewall(1));
        long start = System.nanoTime();
        cluster.control(2).done("role", "active");
        born(1, SOME, "10.3");
        ended(1, "10.4");
        born(2, SOME, "10.8");
        secondsUntilEntries(cluster.control(1), "internal", MANY + SOME, HEALED);
        secondsUntilEntries(cluster.control(2), "internal", MANY + 2 * SOME, HEALED);
        assertThat(cluster.control(1).status().at("role").text()).isEqualTo("active");
        untilGone(start);

        cluster.network().heal(cluster.firewall(1));
        Healing healing = Healing.begins();
        double one = healing.until(
                "one is active",
                () -> cluster.control(1).status().at("role").text().equals("backup"));
        healing.untilEntries(cluster.control(1), "external", MANY + 2 * SOME);
        healing.untilParity(cluster.control(1));
        double parity = healing.untilParity(cluster.control(2));
        assertThat(cluster.kernel(2).count()).as("the winner's table").isEqualTo(MANY + 2 * SOME);
        double released = secondsUntil(
                "the other has given up what it had",
                HEALED,
                () -> cluster.control(1).entries("internal") == 0
                        && cluster.kernel(1).count() == 0
                        && cluster.control(2).entries("external") == 0);
        secondsUntilParity(cluster.control(2), HEALED);
        assertThat(cluster.control(2).entries("internal")).isEqualTo(MANY + 2 * SOME);
        figure("both active, then healed: one backup %.2f s later, parity %.2f s, released %.2f s after that"
                .formatted(one, parity, released));
    }
}
