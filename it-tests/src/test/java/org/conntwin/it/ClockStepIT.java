package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.time.Instant;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.SteppedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node's wall clock is stepped by an hour, forwards and backwards, under the running process and between two. */
@Waits
@KernelLab(programs = "gcc")
class ClockStepIT {
    private static final Duration HEALED = Duration.ofSeconds(5);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int SOME = 5_000;

    private ClusterLab cluster;
    private SteppedClock clock;

    @BeforeEach
    void twoNodesOfWhichTheSecondHasAClockOfItsOwn() {
        cluster = ClusterLab.of(2);
        clock = new SteppedClock(cluster.lab());
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2, cluster.settings(2), clock.environment());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    /** How far the second node is ahead of this test, by the time that it gives its commit. */
    private long aheadMinutes() {
        cluster.control(2).done("commit");
        Instant at = Instant.parse(
                cluster.control(2).status().at("lastCommit").at("at").text());
        return Math.round(Duration.between(Instant.now(), at).toSeconds() / 60.0);
    }

    private String role(int number) {
        return cluster.control(number).status().at("role").text();
    }

    private void assertTwins(int entries) {
        secondsUntilEntries(cluster.control(2), "external", entries, HEALED);
        secondsUntilParity(cluster.control(2), HEALED);
        secondsUntilParity(cluster.control(1), HEALED);
    }

    @Test
    void takeoversAndRestartsGoOnWhateverTheClockSays() {
        cluster.kernel(1).insertAll(Entries.tcpLines(SOME));
        assertTwins(SOME);

        clock.step(HOUR);
        assertThat(aheadMinutes()).isEqualTo(60);
        cluster.kernel(1).insertAll(Entries.tcpLines(SOME, "10.3"));
        assertTwins(2 * SOME);
        cluster.control(2).done("role", "active");
        secondsUntil("the first is a backup", HEALED, () -> role(1).equals("backup"));

        clock.step(Duration.ZERO);
        cluster.control(1).done("role", "active");
        secondsUntil("the second is a backup", HEALED, () -> role(2).equals("backup"));
        assertThat(role(1)).as("a claim of the future does not win").isEqualTo("active");
        assertTwins(2 * SOME);

        cluster.node(2).kill();
        clock.step(HOUR.negated());
        cluster.start(2, cluster.settings(2), clock.environment());
        cluster.kernel(1).insertAll(Entries.tcpLines(SOME, "10.4"));
        assertTwins(3 * SOME);
        cluster.control(2).done("role", "active");
        secondsUntil("the first is a backup", HEALED, () -> role(1).equals("backup"));
        assertThat(role(2)).isEqualTo("active");
        secondsUntilParity(cluster.control(1), HEALED);
        figure("clock stepped by an hour, there, back, and further back with a restart: roles and twins follow");
    }
}
