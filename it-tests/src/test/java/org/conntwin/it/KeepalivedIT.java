package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.Keepalived;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.traffic.PushProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Real keepalived moves two addresses between two firewalls, with the shipped example configuration and rules; the nodes
 * follow its FIFO.
 */
@Waits
@KernelLab(programs = {"keepalived", "iptables-restore"})
class KeepalivedIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration LATER = Duration.ofSeconds(40);
    private static final int UDP_FLOWS = 10;
    private static final int TCP_FLOWS = 20;
    /** So many more that the commit takes some tenths of a second. */
    private static final int ENTRIES = 30_000;

    /** What is invalid is answered with a reset: a segment that comes before its entry ends the connection. */
    private static final String REJECTING = """
            table inet fw {
              chain arrive {
                type filter hook prerouting priority -320;
                iifname { "lan0", "wan0" } udp sport 5001 counter name "arrived"
              }
              chain leave {
                type filter hook postrouting priority 300;
                oifname "lan0" udp sport 5001 counter name "left"
              }
              counter arrived { }
              counter left { }
              counter invalid { }
              counter refused { }
              chain forward {
                type filter hook forward priority 0; policy drop;
                meta l4proto tcp ct state invalid counter name "invalid" reject with tcp reset
                ct state invalid counter name "invalid" drop
                ct state established accept
                iifname "lan0" tcp flags & (fin|syn|rst|ack) == syn accept
                iifname "lan0" meta l4proto udp ct state new accept
                counter name "refused" drop
              }
            }
            """;

    /** The same, and what is invalid is dropped, which the README asks for. */
    private static final String DROPPING = REJECTING.replace("reject with tcp reset", "drop");

    private static final String DEAF = """
            table inet deaf {
              chain in { type filter hook prerouting priority -400; iifname "sync0" drop; }
              chain out { type filter hook output priority -400; oifname "sync0" drop; }
            }
            """;

    private final ClusterLab cluster = ClusterLab.of(2);
    private final Map<Integer, LabProcess> nodes = new HashMap<>();
    private final Map<Integer, Keepalived> keepalived = new HashMap<>();
    private final Path deploy = folder(cluster.product().launcher());
    private RoutedNetwork network;
    private LabProcess client;

    @BeforeEach
    void twoFirewallsAndTheirNetworks() {
        network = RoutedNetwork.around(cluster.lab(), cluster.network().firewalls());
        LabProcess server = LabProcess.start(
                cluster.lab(),
                "server",
                network.server(),
                Programs.command(cluster.product(), PushProgram.class, "server"));
        server.awaitFirstLine("serving", SOON);
        client = LabProcess.start(
                cluster.lab(),
                "client",
                network.client(),
                Programs.command(cluster.product(), PushProgram.class, "client", RoutedNetwork.SERVER));
        client.awaitFirstLine("ready", SOON);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent(), "the launcher lies in a folder");
    }

    private Keepalived vrrp(int number) {
        return Objects.requireNonNull(keepalived.get(number), "keepalived was started there");
    }

    private LabProcess process(int number) {
        return Objects.requireNonNull(nodes.get(number), "a node was started there");
    }

    private void begin(String rules, boolean hold) {
        for (int number = 1; number <= 2; number++) {
            Namespace inside = cluster.firewall(number).namespace();
            inside.ruleset(rules);
            inside.lifetimes(600);
            if (hold) {
                holdRules(inside);
            }
            node(number, hold);
        }
        keepalived(1);
        secondsUntil("the first has the addresses", SOON, () -> vrrp(1).hasAddresses());
        secondsUntil("the first is active", SOON, () -> role(1).equals("active"));
        keepalived(2);
        secondsUntil("the second is a trusted backup", SOON, () -> tracked(2).equals("0"));
        open("old");
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        secondsUntil(
                "the second has a copy",
                LATER,
                () -> cluster.control(2).entries("external") >= ENTRIES + UDP_FLOWS + TCP_FLOWS);
    }

    /** nftables' example where the kernel can, else that of iptables. */
    private void holdRules(Namespace inside) {
        String nft = addressed(deploy.resolve("nftables/hold.nft"));
        if (inside.command("nft", "-f", "-").withInput(nft).run().exitCode() != 0) {
            inside.command("iptables-restore", "--noflush")
                    .withInput(addressed(deploy.resolve("iptables/hold.rules")))
                    .runOrThrow();
        }
    }

    private static String addressed(Path example) {
        try {
            return Files.readString(example)
                    .replace("192.0.2.129", RoutedNetwork.WAN_ADDRESS)
                    .replace("192.0.2.1", RoutedNetwork.LAN_ADDRESS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void node(int number, boolean hold) {
        Firewall firewall = cluster.firewall(number);
        NodeSettings settings = cluster.settings(number);
        String ha = "ha:\n  keepalived-fifo: " + Keepalived.fifo(cluster.lab(), firewall) + "\n  track-file: "
                + Keepalived.trackFile(cluster.lab(), firewall) + "\n"
                + (hold ? "  hold: {queue: 4711, packets: 20000, time: 5s}\n" : "");
        Path file = cluster.write(settings.node() + ".yaml", settings.yaml().replace("ha:\n", ha));
        LabProcess node = cluster.launch(number, file);
        node.awaitFirstLine("READY " + settings.node(), SOON);
        nodes.put(number, node);
    }

    private void keepalived(int number) {
        keepalived.put(
                number,
                Keepalived.start(
                        cluster.lab(), cluster.firewall(number), deploy.resolve("keepalived"), number == 1 ? 100 : 90));
    }

    private String role(int number) {
        return cluster.control(number).status().at("role").text();
    }

    private String tracked(int number) {
        try {
            return Files.readString(Keepalived.trackFile(cluster.lab(), cluster.firewall(number)))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open(String group) {
        client.say("open " + group + " " + UDP_FLOWS + " " + TCP_FLOWS);
        secondsUntil("flows are open", SOON, () -> client.stdout().contains("opened " + group));
    }

    /** What the client counted, by group. */
    private Map<String, Map<String, Integer>> results(String what) {
        client.say("stop");
        client.awaitExit(LATER);
        Map<String, Map<String, Integer>> all = new HashMap<>();
        for (String line : client.stdout()) {
            if (line.contains(" udp=")) {
                figure(what + ": " + line);
                List<String> words = List.of(line.split(" ", -1));
                Map<String, Integer> numbers = new HashMap<>();
                for (String word : words.subList(1, words.size())) {
                    String[] parts = word.split("=", 2);
                    numbers.putIfAbsent(parts[0], Integer.parseInt(parts[1]));
                }
                all.put(words.getFirst(), numbers);
            }
        }
        return all;
    }

    private static Map<String, Integer> group(Map<String, Map<String, Integer>> all, String name) {
        assertThat(all).containsKey(name);
        return all.getOrDefault(name, Map.of());
    }

    private long counter(int number, String name) {
        String text = cluster.firewall(number)
                .namespace()
                .exec("nft", "list", "counter", "inet", "fw", name)
                .stdout();
        return Long.parseLong(text.replaceAll("(?s).*packets (\\d+).*", "$1"));
    }

    private long ha(int number, String name) {
        return cluster.control(number).stats("runtime").at("ha").at(name).number();
    }

    private void secondHasTakenOver() {
        secondsUntil("the second has the addresses", SOON, () -> vrrp(2).hasAddresses());
        secondsUntil("the second is active", SOON, () -> role(2).equals("active"));
    }

    @Test
    void aPlannedTakeoverLosesNoPacketAndResetsNothing() {
        begin(REJECTING, true);
        vrrp(1).stop();
        secondHasTakenOver();
        secondsUntil("the first is a backup", SOON, () -> role(1).equals("backup"));
        pause(1_000);
        figure("planned takeover: " + cluster.control(2).status().at("lastCommit") + ", held " + ha(2, "heldPackets")
                + " packets");

        var old = group(results("planned takeover"), "old");
        assertThat(counter(2, "invalid") + counter(2, "refused")).isZero();
        assertThat(old).containsEntry("lost", 0).containsEntry("broken", 0);
        assertThat(ha(2, "heldPackets")).isPositive();
        assertThat(ha(2, "holding")).isZero();
    }

    @Test
    void withoutTheHoldPacketsComeBeforeTheirEntries() {
        begin(REJECTING, false);
        vrrp(1).stop();
        secondHasTakenOver();
        pause(1_000);
        long early = counter(2, "invalid") + counter(2, "refused");
        figure("planned takeover without a hold: " + early + " packets came before their entries");
        results("planned takeover without a hold");
        assertThat(early).isPositive();
    }

    @Test
    void aDeadFirewallLeavesEveryFlowAlive() {
        begin(REJECTING, true);
        cluster.firewall(1).namespace().ip("link set lan0 down");
        cluster.firewall(1).namespace().ip("link set wan0 down");
        vrrp(1).kill();
        process(1).kill();
        secondHasTakenOver();
        pause(1_500);
        figure("takeover from a dead firewall: commit "
                + cluster.control(2).status().at("lastCommit"));
        figure("takeover from a dead firewall: held " + ha(2, "heldPackets") + " packets");

        var old = group(results("takeover from a dead firewall"), "old");
        assertThat(old).containsEntry("broken", 0);
        assertThat(counter(2, "invalid") + counter(2, "refused")).isZero();
        assertThat(counter(2, "left")).as("all that came went on").isEqualTo(counter(2, "arrived"));
    }

    @Test
    void connectionsBornWhileAHigherFirewallWasFrozenLiveOnWhenItComesBack() {
        begin(DROPPING, true);
        vrrp(1).freeze();
        process(1).freeze();
        secondHasTakenOver();
        open("born");
        pause(2_000);

        vrrp(1).thaw();
        process(1).thaw();
        double seconds = secondsUntil("the first has caught up", LATER, () -> ha(1, "comebacks") == 1);
        figure("a frozen firewall came back: caught up after %.2f s".formatted(seconds));
        secondsUntil("the second is a backup", SOON, () -> role(2).equals("backup"));
        assertThat(role(1)).isEqualTo("active");
        figure("a frozen firewall came back: commit "
                + cluster.control(1).status().at("lastCommit"));
        pause(1_000);

        var all = results("a frozen firewall came back");
        assertThat(group(all, "old")).containsEntry("broken", 0);
        assertThat(group(all, "born")).containsEntry("broken", 0);
    }

    @Test
    void aHollowFirewallWaitsUntilItsCopyIsComplete() {
        begin(DROPPING, true);
        vrrp(1).stop();
        process(1).kill();
        secondHasTakenOver();
        cluster.kernel(1).flush();
        open("born");
        cluster.firewall(1)
                .namespace()
                .command("nft", "-f", "-")
                .withInput(DEAF)
                .runOrThrow();
        node(1, true);
        keepalived(1);
        pause(3_000);
        assertThat(tracked(1)).isEqualTo("-50");
        assertThat(vrrp(1).hasAddresses())
                .as("with its higher priority, but without the flows")
                .isFalse();
        assertThat(role(2)).isEqualTo("active");

        cluster.firewall(1).namespace().exec("nft", "delete", "table", "inet", "deaf");
        double seconds = secondsUntil("the first is back", LATER, () -> role(1).equals("active"));
        figure("a hollow firewall came back %.2f s after it could hear its peer".formatted(seconds));
        pause(1_000);
        var all = results("a hollow firewall came back");
        assertThat(group(all, "old")).containsEntry("broken", 0);
        assertThat(group(all, "born")).containsEntry("broken", 0);
        assertThat(counter(1, "invalid") + counter(1, "refused")).isZero();
    }
}
