package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Json;
import org.conntwin.it.lab.NewerProduct;
import org.conntwin.it.lab.Product;
import org.junit.jupiter.api.Test;

/**
 * A node of a later version beside one of this version, each as active and as backup. The later one has more fields in
 * every message, messages and items of new kinds, and the upper half of marks in a field that this version cannot read.
 */
@KernelLab
@Waits
class RollingUpgradeIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NOTICED = Duration.ofSeconds(20);
    private static final int ENTRIES = 2_000;
    private static final int LEARNED = 10;
    private static final int LATER_MARK = 7 << 16 | 3;
    private static final String FIRST = "-p tcp -s 10.1.0.1 -d 10.2.0.1 --sport 1000 --dport 80 ";

    @Test
    void nothingIsLostWhicheverOfTwoVersionsIsActive() {
        try (ClusterLab cluster = ClusterLab.of(2)) {
            Product later = NewerProduct.build(cluster.product(), cluster.lab().directory());
            theLaterVersionIsActive(cluster, later);
            thisVersionIsStartedAnewAndTakesOver(cluster);
            theLaterVersionComesBackAndTakesOver(cluster, later);
        }
    }

    private static void theLaterVersionIsActive(ClusterLab cluster, Product later) {
        cluster.start(1, cluster.settings(1).as("active"), later);
        cluster.start(2);
        cluster.kernel(1).insertAll(marked(Entries.tcpLines(ENTRIES), LATER_MARK));
        inParity(cluster, 2, ENTRIES);
        assertThat(cluster.control(2).dump("external"))
                .as("this version knows the lower half")
                .hasSize(ENTRIES)
                .allMatch(mark(3));
        secondsUntil("a message of a new kind", NOTICED, () -> dropped(cluster, 2, "unknown-kind") > 0);
        assertThat(cluster.node(2).log()).contains("fw1 speaks version 2 of the protocol, this node 1");
    }

    private static void thisVersionIsStartedAnewAndTakesOver(ClusterLab cluster) {
        stop(cluster, 2);
        double ready = cluster.start(2);
        inParity(cluster, 2, ENTRIES);
        assertThat(dropped(cluster, 2, "malformed")).isZero();
        assertThat(dropped(cluster, 1, "malformed")).isZero();
        assertThat(cluster.control(2).done("role", "active").stdout())
                .startsWith("committed " + ENTRIES + " entries")
                .contains("failed 0)");
        assertThat(cluster.kernel(2).plainEntries()).hasSize(ENTRIES).allMatch(mark(3));
        cluster.kernel(2).update(FIRST + "-m 5");
        cluster.kernel(2).insertAll(marked(Entries.tcpLines(LEARNED, "10.7"), 9));
        secondsUntilEntries(cluster.control(2), "internal", ENTRIES + LEARNED, SOON);
        String read = cluster.control(2).done("resync").stdout();
        figure("this version started anew beside a later one: ready after %.2f s; %s".formatted(ready, read.strip()));
    }

    private static void theLaterVersionComesBackAndTakesOver(ClusterLab cluster, Product later) {
        stop(cluster, 1);
        cluster.kernel(1).flush();
        cluster.start(1, cluster.settings(1), later);
        inParity(cluster, 1, ENTRIES + LEARNED);
        CommandResult taken = cluster.control(1).done("role", "active");
        assertThat(taken.stdout())
                .startsWith("committed " + (ENTRIES + LEARNED) + " entries")
                .contains("failed 0)");
        List<String> entries = cluster.kernel(1).plainEntries();
        assertThat(entries).hasSize(ENTRIES + LEARNED);
        assertThat(entries).filteredOn(mark(LATER_MARK)).hasSize(ENTRIES - 1);
        assertThat(entries)
                .filteredOn(mark(7 << 16 | 5))
                .as("changed meanwhile")
                .hasSize(1);
        assertThat(entries).filteredOn(mark(9)).as("learned by this version").hasSize(LEARNED);
        inParity(cluster, 2, ENTRIES + LEARNED);
        secondsUntilParity(cluster.control(1), NOTICED);
        for (int number = 1; number <= 2; number++) {
            assertThat(dropped(cluster, number, "malformed")).isZero();
        }
        figure("back on the later version: " + taken.lines().getFirst());
    }

    private static void stop(ClusterLab cluster, int number) {
        cluster.node(number).signal("TERM");
        assertThat(cluster.node(number).awaitExit(SOON)).isZero();
    }

    private static void inParity(ClusterLab cluster, int backup, int entries) {
        secondsUntilEntries(cluster.control(backup), "external", entries, NOTICED);
        secondsUntilParity(cluster.control(backup), NOTICED);
    }

    private static List<String> marked(List<String> lines, int mark) {
        return lines.stream().map(line -> line + " -m " + mark).toList();
    }

    private static Predicate<String> mark(int mark) {
        return line -> line.contains(" mark=" + mark + " ");
    }

    private static long dropped(ClusterLab cluster, int number, String cause) {
        Json dropped = cluster.control(number).stats("network").at("dropped");
        return dropped.at(cause).number();
    }
}
