package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.EntryLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code role active} succeeds whatever the old active does, and an old active that comes back disturbs nothing. */
@KernelLab
class TakeoverIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration NOTICED = Duration.ofSeconds(20);
    private static final int ENTRIES = 10_000;

    private ClusterLab cluster;

    @BeforeEach
    void anActiveAndABackup() {
        cluster = ClusterLab.of(2);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        secondsUntilEntries(cluster.control(2), "external", ENTRIES, SOON);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private CommandResult takeOver(String what) {
        CommandResult result = cluster.control(2).done("role", "active");
        figure("%s: the command took %.2f s; %s"
                .formatted(what, result.seconds(), result.lines().getFirst()));
        assertThat(result.stdout())
                .startsWith("committed " + ENTRIES + " entries")
                .contains("failed 0)");
        assertThat(result.seconds()).isLessThan((double) SOON.toSeconds());
        assertThat(EntryLine.reduced(cluster.kernel(2).entries()))
                .isEqualTo(EntryLine.reduced(cluster.kernel(1).entries()));
        assertThat(role(2)).isEqualTo("active");
        return result;
    }

    private String role(int node) {
        return cluster.control(node).status().at("role").text();
    }

    @Test
    void fromADeadActive() {
        cluster.node(1).kill();
        takeOver("takeover from a dead active");
        assertThat(cluster.control(2).entries("internal")).isEqualTo(ENTRIES);
    }

    @Test
    void fromAnUnreachableActive() {
        cluster.network().cut(cluster.firewall(1));
        takeOver("takeover from an unreachable active");
    }

    @Test
    void fromAFrozenActiveThatWakesUpLater() {
        long incarnation = cluster.control(2).status().at("incarnation").number();
        cluster.node(1).freeze();
        takeOver("takeover from a frozen active");
        assertThat(cluster.control(2).status().at("incarnation").number()).isGreaterThan(incarnation);
        cluster.kernel(2).update("-p tcp -s 10.1.0.1 -d 10.2.0.1 --sport 1000 --dport 80 -m 77");

        cluster.node(1).thaw();
        double seconds = secondsUntil("the old active is a backup", NOTICED, () -> role(1).equals("backup"));
        figure("the old active stepped down %.2f s after it woke".formatted(seconds));
        assertThat(role(2)).isEqualTo("active");
        assertThat(cluster.kernel(2).count()).isEqualTo(ENTRIES);
        assertThat(cluster.kernel(2).plainEntries())
                .as("its older state overwrote nothing")
                .filteredOn(line -> line.contains("mark=77"))
                .hasSize(1);
        secondsUntilParity(cluster.control(2), NOTICED);
        secondsUntilParity(cluster.control(1), NOTICED);
    }

    @Test
    void andBack() {
        takeOver("takeover from a live active");
        secondsUntil("the first is a backup", NOTICED, () -> role(1).equals("backup"));
        secondsUntilEntries(cluster.control(1), "external", ENTRIES, NOTICED);
        CommandResult back = cluster.control(1).done("role", "active");
        figure("taking back: " + back.lines().getFirst());
        assertThat(back.stdout()).contains("failed 0)");
        assertThat(role(1)).isEqualTo("active");
        secondsUntil("the second is a backup", NOTICED, () -> role(2).equals("backup"));
        assertThat(cluster.kernel(1).count()).isEqualTo(ENTRIES);
        secondsUntilParity(cluster.control(1), NOTICED);
        secondsUntilParity(cluster.control(2), NOTICED);
    }
}
