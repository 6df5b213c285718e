package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.SyncNetwork;
import org.junit.jupiter.api.Test;

/**
 * A node hears next to nothing of what it does not replicate, and keeps nothing of it; the cluster's own traffic, which
 * is tracked here, is left out without being told.
 */
@KernelLab
@Waits
class FilterIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int MANY = 2_000;
    /** What cluster traffic and the wanted flows may give; the unwanted ones would give thousands. */
    private static final int FEW = 200;

    private static final String TRACKED = """
            table inet tracked {
              chain incoming { type filter hook prerouting priority 0; ct state new counter; }
              chain outgoing { type filter hook output priority 0; ct state new counter; }
            }
            """;

    @Test
    void whatIsNotReplicatedIsNotHeardOfAndLeavesNothingStale() {
        try (ClusterLab cluster = ClusterLab.of(2)) {
            for (int number = 1; number <= 2; number++) {
                Firewall firewall = cluster.firewall(number);
                firewall.namespace().ip("addr add " + address(number) + "/64 dev " + Firewall.SYNC_DEVICE + " nodad");
                firewall.namespace().ruleset(TRACKED);
                cluster.start(number, firewall.name(), configuration(cluster, number));
            }
            secondsUntilParity(cluster.control(2), SOON);
            long before = received(cluster);
            unwanted(cluster);
            wanted(cluster);
            assertThat(received(cluster) - before).isLessThan(FEW);
            figure("filter: %d events of %d flows heard".formatted(received(cluster) - before, 2 * MANY + 20));

            assertThat(cluster.kernel(1).entries())
                    .as("the cluster's traffic is tracked")
                    .anyMatch(line -> line.contains(address(1)));
            for (String place : List.of("internal", "external")) {
                for (int number = 1; number <= 2; number++) {
                    assertThat(cluster.control(number).dump(place)).noneMatch(line -> line.contains("fd00:9::"));
                }
            }
        }
    }

    private static String address(int number) {
        return "fd00:9::" + number;
    }

    private static Path configuration(ClusterLab cluster, int number) {
        String filter = "{protocols: [tcp], exclude-addresses: [10.7.0.0/16], tcp-states: [ESTABLISHED, FIN_WAIT]}";
        NodeSettings settings = cluster.settings(number);
        return cluster.write(
                settings.node() + ".yaml",
                settings.yaml()
                        .replace("bind-address: " + settings.bindAddress(), "bind-address: \"" + address(number) + '"')
                        .replace(NodeSettings.GROUP, "\"ff15::7:7\"")
                        .replace("filter:\n", "filter: " + (number == 1 ? filter : "{}") + "\n")
                        .replace("    exclude-addresses: [127.0.0.0/8, " + SyncNetwork.SUBNET + "]\n", ""));
    }

    private static long received(ClusterLab cluster) {
        return cluster.control(1).stats("events").at("received").number();
    }

    private static void unwanted(ClusterLab cluster) {
        cluster.kernel(1)
                .insertAll(IntStream.range(0, MANY)
                        .mapToObj(i -> "-p udp -s 10.1.0.1 -d 10.2.0.1 --sport " + (1_000 + i) + " --dport 53 -t 600")
                        .toList());
        cluster.kernel(1).insertAll(Entries.tcpLines(MANY, "10.7"));
        cluster.kernel(1).delete("-p udp");
    }

    /** Flows become wanted, and are so no longer, by their state; a flow that ends is forgotten in any state. */
    private static void wanted(ClusterLab cluster) {
        cluster.kernel(1).insertAll(Entries.tcpLines(10));
        cluster.kernel(1)
                .insertAll(Entries.tcpLines(10, "10.3").stream()
                        .map(line -> line.replace("ESTABLISHED", "SYN_SENT"))
                        .toList());
        both(cluster, 10);
        cluster.kernel(1).update("-p tcp -s 10.3.0.1 --state ESTABLISHED");
        both(cluster, 20);
        cluster.kernel(1).update("-p tcp -s 10.1.0.1 --sport 1003 --state TIME_WAIT");
        cluster.kernel(1).delete("-p tcp -s 10.3.0.1 --sport 1004");
        both(cluster, 18);
        cluster.kernel(1).update("-p tcp -s 10.1.0.1 --sport 1003 --state FIN_WAIT");
        both(cluster, 19);
        cluster.kernel(1).delete("-p tcp -s 10.3.0.1");
        both(cluster, 10);
    }

    private static void both(ClusterLab cluster, int entries) {
        secondsUntilEntries(cluster.control(1), "internal", entries, SOON);
        secondsUntilEntries(cluster.control(2), "external", entries, SOON);
    }
}
