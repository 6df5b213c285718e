package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code external-cache: false}: what a peer learns stands in the local kernel table at once, but stays the peer's. */
@KernelLab
class DirectInjectionIT {
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int ENTRIES = 1_000;

    private ClusterLab cluster;

    @BeforeEach
    void threeNodesOfWhichTheSecondWritesAtOnce() {
        cluster = ClusterLab.of(3);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2, cluster.settings(2).withoutExternalCache());
        cluster.start(3);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void anEntryIsInThePeersKernelAtOnceAndStaysItsOwners() {
        cluster.kernel(1)
                .insert("-p tcp -s 10.1.0.9 -d 10.2.0.1 --sport 9 --dport 80 --state ESTABLISHED -t 86400 "
                        + "-u SEEN_REPLY,ASSURED -m 5 -w 3");
        double seen = secondsUntil(
                "the entry is in the second kernel table",
                AT_ONCE,
                () -> cluster.kernel(2).count() == 1);
        figure("direct injection: the entry was in the peer's kernel table within %.3f s".formatted(seen));
        assertThat(EntryLine.reduced(cluster.kernel(2).entries()))
                .isEqualTo(EntryLine.reduced(cluster.kernel(1).entries()));
        assertThat(cluster.control(2).dump("internal"))
                .as("it is not the second's own")
                .isEmpty();
        assertThat(cluster.control(2).dump("external"))
                .singleElement()
                .asString()
                .contains("origin=fw1");
        assertThat(cluster.control(1).dump("internal")).hasSize(1);

        cluster.kernel(1).delete("-p tcp -s 10.1.0.9 -d 10.2.0.1 --sport 9 --dport 80 -w 3");
        secondsUntil(
                "it goes with its owner's", AT_ONCE, () -> cluster.kernel(2).count() == 0);
    }

    @Test
    void takingOverChangesOwnersWithoutAGap() {
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        secondsUntil(
                "all are in the second kernel table",
                SOON,
                () -> cluster.kernel(2).count() == ENTRIES);
        secondsUntilEntries(cluster.control(3), "external", ENTRIES, SOON);
        List<String> before = EntryLine.reduced(cluster.kernel(2).entries());
        LabProcess destroyed = LabProcess.start(
                cluster.lab(),
                "conntrack -E",
                cluster.firewall(2).namespace(),
                List.of("conntrack", "-E", "-e", "DESTROY"));

        cluster.node(1).kill();
        figure("role active without external cache: "
                + cluster.control(2).done("role", "active").lines().getFirst());

        secondsUntilEntries(cluster.control(2), "internal", ENTRIES, SOON);
        assertThat(EntryLine.reduced(cluster.kernel(2).entries())).isEqualTo(before);
        assertThat(destroyed.stdout()).as("entries that were gone for a moment").isEmpty();
        secondsUntil(
                "the third holds them as the second's",
                SOON,
                () -> cluster.control(3)
                                .dump("external", "--filter", "origin=fw2")
                                .size()
                        == ENTRIES);
        secondsUntil(
                "the third agrees with the new owner",
                SOON,
                () -> cluster.control(3).status().at("peers").elements().stream()
                        .filter(peer -> peer.at("name").text().equals("fw2"))
                        .allMatch(peer -> peer.at("parity").truth()));
    }

    @Test
    void aThirdNodeHoldsBothOriginsApart() {
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        secondsUntilEntries(cluster.control(3), "external", ENTRIES, SOON);
        cluster.kernel(2).insertAll(Entries.tcpLines(ENTRIES / 2, "10.8"));
        secondsUntilEntries(cluster.control(3), "external", ENTRIES + ENTRIES / 2, SOON);
        assertThat(cluster.control(3).dump("external", "--filter", "origin=fw1"))
                .hasSize(ENTRIES)
                .allSatisfy(line -> assertThat(line).contains("src=10.1.").contains("origin=fw1"));
        assertThat(cluster.control(3).dump("external", "--filter", "origin=fw2"))
                .hasSize(ENTRIES / 2)
                .allSatisfy(line -> assertThat(line).contains("src=10.8.").contains("origin=fw2"));
        secondsUntilParity(cluster.control(3), SOON);

        cluster.node(2).kill();
        cluster.kernel(1).flush();
        secondsUntil(
                "only the dead second's are left",
                SOON,
                () -> cluster.control(3).dump("external").stream().allMatch(line -> line.contains("origin=fw2")));
        assertThat(cluster.control(3).dump("external")).hasSize(ENTRIES / 2);
    }
}
