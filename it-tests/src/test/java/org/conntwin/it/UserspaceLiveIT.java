package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.Json;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.LiveFirewalls;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.traffic.BulkProgram;
import org.conntwin.it.traffic.FlowsProgram;
import org.conntwin.it.traffic.JoinedDatagramsProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One firewall whose node tracks what the kernel queues to it: real sockets on both sides, the example's rules. */
@KernelLab(programs = {"iptables-restore", "ip6tables-restore", "ping"})
@Waits
class UserspaceLiveIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String STRICT = "{queue: 0, tcp-loose: false, accounting: true}";

    private LiveFirewalls firewalls;

    @SuppressWarnings("NullAway.Init") // by each test
    private LabProcess node;

    @BeforeEach
    void aFirewall() {
        firewalls = LiveFirewalls.of(1);
    }

    @AfterEach
    void close() {
        firewalls.close();
    }

    private void start(UnaryOperator<String> rules, String userspace) {
        firewalls.rules(1, rules);
        firewalls.assignTo(1);
        node = firewalls.start(1, "active", userspace);
        serve(firewalls.routed().server(), "server");
    }

    private LabProcess serve(Namespace where, String name) {
        return program(where, name, "serve");
    }

    private LabProcess program(Namespace where, String name, String... arguments) {
        LabProcess started = LabProcess.start(
                firewalls.cluster().lab(),
                name,
                where,
                Programs.command(firewalls.cluster().product(), BulkProgram.class, arguments));
        started.awaitFirstLine("READY", LIMIT);
        return started;
    }

    private CommandResult run(Namespace where, String... arguments) {
        return where.command(Programs.command(firewalls.cluster().product(), BulkProgram.class, arguments))
                .run();
    }

    private CommandResult fromClient(String... arguments) {
        return run(firewalls.routed().client(), arguments);
    }

    private int ping(String host, int bytes) {
        return firewalls
                .routed()
                .client()
                .command("ping", "-c", "2", "-i", "0.2", "-W", "2", "-s", String.valueOf(bytes), host)
                .run()
                .exitCode();
    }

    private Control control() {
        return firewalls.cluster().control(1);
    }

    @Test
    void everythingFromInsidePassesByteForByteInBothFamiliesAlsoInFragmentsAndJoinedSegments() {
        start(rules -> rules, STRICT);
        for (String host : List.of(RoutedNetwork.SERVER, LiveFirewalls.SERVER6)) {
            // The longest is one that the kernel hands over without its last bytes.
            for (int bytes : List.of(56, 5_000, 65_507)) {
                assertThat(ping(host, host.equals(LiveFirewalls.SERVER6) ? Math.min(bytes, 60_000) : bytes))
                        .as("ping of " + bytes + " bytes to " + host)
                        .isZero();
            }
            for (int bytes : List.of(10, 1_400, 30_000)) {
                assertThat(fromClient("echo", host, String.valueOf(bytes)).stdout())
                        .isEqualTo("OK\n");
            }
            String sent = fromClient("send", host, "300").stdout();
            assertThat(sent).startsWith("OK 300 ");
            double seconds = Integer.parseInt(sent.strip().split(" ", 3)[2]) / 1e3;
            Stopwatch.figure("300 MB through the queue to %s: %.0f Mbit/s".formatted(host, 2400 / seconds));
        }
        assertThat(control().dump("table"))
                .anyMatch(line -> line.startsWith("tcp ") && line.contains("dst=" + RoutedNetwork.SERVER))
                .anyMatch(line -> line.startsWith("tcp ") && line.contains("dst=" + LiveFirewalls.SERVER6))
                .anyMatch(line -> line.startsWith("icmp "))
                .anyMatch(line -> line.startsWith("icmpv6 "))
                .anyMatch(line -> line.startsWith("udp "))
                .noneMatch(line -> line.contains("[UNREPLIED]"));
        assertThat(control().stats("events").at("tracker").at("invalid").number())
                .isZero();
    }

    @Test
    void aRefusedConnectionIsToldToItsClientAtOnce() {
        start(rules -> rules, STRICT);
        CommandResult refused = firewalls
                .routed()
                .client()
                .command("timeout", "5", "bash", "-c", "exec 3<>/dev/tcp/" + RoutedNetwork.SERVER + "/9")
                .run();
        assertThat(refused.stderr()).contains("refused");
        assertThat(control().stats("events").at("tracker").at("liveLost").number())
                .isZero();
    }

    @Test
    void theRulesDecideByTheMark() {
        start(rules -> rules, STRICT);
        serve(firewalls.routed().client(), "inside server");
        LabProcess flow = program(firewalls.routed().client(), "connection", "hold", RoutedNetwork.SERVER);
        assertThat(line(flow)).isEqualTo("OK");

        assertThat(run(firewalls.routed().server(), "send", RoutedNetwork.CLIENT, "1")
                        .stdout())
                .as("new from outside")
                .startsWith("FAILED");
        assertThat(run(firewalls.routed().server(), "echo", RoutedNetwork.CLIENT, "10")
                        .stdout())
                .startsWith("FAILED");
        assertThat(control().dump("table"))
                .as("a first packet that the rules dropped leaves no entry")
                .noneMatch(entry ->
                        entry.contains(" src=" + RoutedNetwork.SERVER + " dst=" + RoutedNetwork.CLIENT + " sport=")
                                && !entry.contains("src=" + RoutedNetwork.CLIENT))
                .hasSize(1);

        control().done("flush", "table");
        assertThat(line(flow)).as("a segment without an entry").startsWith("FAILED");
        assertThat(firewalls.packets(1, "0x8/0x8")).as("invalid packets").isPositive();
        assertThat(control().dump("table")).isEmpty();
    }

    @Test
    void stateIsWrittenFromTheConfiguredBitOnAndOtherBitsStay() {
        start(
                rules -> rules.replace("0x00/0x07", "0x000/0x700")
                        .replace("0x40/0x40", "0x4000/0x4000")
                        .replace("0x08/0x08", "0x800/0x800")
                        .replace("0x02/0x02", "0x202/0x202")
                        .replace("0x04/0x04", "0x400/0x400")
                        .replace("0x01/0x01", "0x102/0x1ff")
                        .replace(
                                "-A PREROUTING -j CONNTWIN",
                                "-A PREROUTING -j MARK --or-mark 2\n" + "-A PREROUTING -j CONNTWIN"),
                "{queue: 0, mark-shift: 8}");
        assertThat(fromClient("send", RoutedNetwork.SERVER, "1").stdout()).startsWith("OK");
    }

    @Test
    void addressesAreTranslatedBothWaysAndErrorsFindTheirWay() {
        start(rules -> rules, """
                {queue: 0, tcp-loose: false, nat: [
                {kind: destination, destination: %s, port: 5001, protocol: tcp, to: "%s:5001"},
                {kind: destination, destination: %s, port: 5001, protocol: udp, to: "%s:5001"},
                {kind: masquerade, source: 10.99.1.0/24, out: wan0}]}\
                """.formatted(
                        RoutedNetwork.LAN_ADDRESS,
                        RoutedNetwork.SERVER,
                        RoutedNetwork.LAN_ADDRESS,
                        RoutedNetwork.SERVER)
                .replace("\n", " "));
        for (String host : List.of(RoutedNetwork.SERVER, RoutedNetwork.LAN_ADDRESS)) {
            assertThat(fromClient("send", host, "50").stdout()).startsWith("OK");
            assertThat(fromClient("echo", host, "1200").stdout()).isEqualTo("OK\n");
            assertThat(fromClient("echo", host, "5000").stdout()).isEqualTo("OK\n");
        }
        assertThat(ping(RoutedNetwork.SERVER, 3_000)).isZero();
        assertThat(control().dump("table"))
                .filteredOn(line -> line.startsWith("tcp "))
                .hasSize(2)
                .allMatch(line -> line.contains("src=" + RoutedNetwork.SERVER + " dst=10.99.2.11 "));
        // Nobody listens there: the server's ICMP error must come back to the client as one of its own flow.
        CommandResult refused = fromClient("echo", RoutedNetwork.SERVER.replace(".2.2", ".2.254"), "10");
        assertThat(refused.stdout()).startsWith("FAILED");
        assertThat(control().stats("events").at("tracker").at("icmpError").number())
                .isZero();
    }

    @Test
    void severalQueuesShareTheTrafficOfTranslatedFlows() {
        List<String> sources = new ArrayList<>();
        for (int i = 100; i < 132; i++) {
            sources.add("10.99.1." + i);
            firewalls.routed().client().ip("addr add 10.99.1." + i + "/24 dev eth0");
        }
        start(
                rules -> rules.replace("--queue-num 0", "--queue-balance 0:3"),
                "{queue: 0-3, tcp-loose: false, nat: [{kind: masquerade, source: 10.99.1.0/24, out: wan0}]}");
        List<String> words = new ArrayList<>(List.of(RoutedNetwork.SERVER, "160", "64"));
        words.addAll(sources);
        LabProcess flows = LabProcess.start(
                firewalls.cluster().lab(),
                "flows",
                firewalls.routed().client(),
                Programs.command(firewalls.cluster().product(), FlowsProgram.class, words.toArray(String[]::new)));
        flows.awaitFirstLine("READY", LIMIT);
        for (int round = 0; round < 20; round++) {
            assertThat(answer(flows, "round")).isEqualTo("ALIVE 160 64");
        }
        assertThat(answer(flows, "new 100")).startsWith("NEW 100 ");
        assertThat(fromClient("send", RoutedNetwork.SERVER, "50").stdout()).startsWith("OK");

        List<Long> packets = packetsOfQueues();
        assertThat(packets).hasSize(4).allMatch(count -> count > 200);
        Json counted = control().stats("events").at("tracker");
        for (String trouble :
                List.of("liveLost", "liveFailed", "liveRefused", "liveUnread", "liveUnreadable", "invalid")) {
            assertThat(counted.at(trouble).number()).as(trouble).isZero();
        }
        assertThat(counted.at("liveArrived").number() + counted.at("liveLeft").number())
                .isEqualTo(packetsOfQueues().stream().mapToLong(Long::longValue).sum());
        assertThat(control().dump("table"))
                .filteredOn(line -> line.contains("dport=5001") && line.contains(" ESTABLISHED "))
                .hasSize(160)
                .allMatch(line -> line.contains("src=" + RoutedNetwork.SERVER + " dst=10.99.2.11 "));
        Stopwatch.figure("packets of four queues: " + packets);
    }

    /** How many packets each queue of the firewall has had so far. */
    private List<Long> packetsOfQueues() {
        return firewalls
                .cluster()
                .firewall(1)
                .namespace()
                .exec("cat", "/proc/net/netfilter/nfnetlink_queue")
                .lines()
                .stream()
                .map(line -> Long.valueOf(line.strip().split("\\s+", -1)[7]))
                .toList();
    }

    @Test
    void aPlannedStopLosesNoPacketWhereTheRulesLetThemPass() {
        start(
                rules -> rules.replace("--queue-num 0", "--queue-balance 0:1 --queue-bypass")
                        .replace(
                                "-A FORWARD -m mark --mark 0x08",
                                "-A FORWARD -m mark --mark 0x00/0x1f -j ACCEPT\n-A FORWARD -m mark --mark 0x08"),
                "{queue: 0-1, tcp-loose: false}");
        assertThat(ping(RoutedNetwork.SERVER, 56)).isZero();
        LabProcess pings = LabProcess.start(
                firewalls.cluster().lab(),
                "pings",
                firewalls.routed().client(),
                List.of("ping", "-i", "0.002", "-c", "2000", "-W", "2", "-q", RoutedNetwork.SERVER));
        long before = packetsOfQueues().stream().mapToLong(Long::longValue).sum();
        await().atMost(LIMIT)
                .until(() ->
                        packetsOfQueues().stream().mapToLong(Long::longValue).sum() > before + 200);
        node.signal("TERM");
        assertThat(node.awaitExit(LIMIT)).isZero();
        assertThat(pings.isAlive()).as("stopped while packets came").isTrue();
        assertThat(pings.awaitExit(Duration.ofSeconds(60))).isZero();
        assertThat(pings.stdout()).anyMatch(line -> line.contains("2000 received, 0% packet loss"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsThatLeaveTheirHostAsOnePacketArriveByteForByte(boolean joined) {
        start(
                rules -> rules,
                ("{queue: 0, tcp-loose: false, nat: [{kind: masquerade, source: 10.99.1.0/24, out: wan0},"
                                + " {kind: masquerade, source: \"fd99:1::/64\", out: wan0},"
                                + " {kind: destination, destination: %s, to: %s}]}")
                        .formatted(RoutedNetwork.LAN_ADDRESS, RoutedNetwork.SERVER));
        LabProcess server = LabProcess.start(
                firewalls.cluster().lab(),
                "joined",
                firewalls.routed().server(),
                Programs.command(
                        firewalls.cluster().product(),
                        JoinedDatagramsProgram.class,
                        joined ? new String[] {"serve", "joined"} : new String[] {"serve"}));
        server.awaitFirstLine("READY", LIMIT);
        for (String host : List.of(LiveFirewalls.SERVER6, RoutedNetwork.SERVER, RoutedNetwork.LAN_ADDRESS)) {
            for (int bytes : List.of(1_000, 2_000, 14_000, 60_000)) {
                CommandResult sent = firewalls
                        .routed()
                        .client()
                        .command(Programs.command(
                                firewalls.cluster().product(),
                                JoinedDatagramsProgram.class,
                                "send",
                                host,
                                String.valueOf(bytes),
                                "1200"))
                        .run();
                assertThat(sent.stdout()).as(bytes + " bytes to " + host).startsWith("OK ");
                Stopwatch.figure(bytes + " bytes in datagrams of 1200 to " + host + ", joined: " + joined
                        + ", longest received: " + sent.stdout().strip());
            }
        }
        assertThat(control().stats("events").at("tracker").at("liveRewritten").number())
                .isPositive();
    }

    @Test
    void aDeadNodeStopsTrafficOrLetsItPassAsTheRulesSay() {
        start(rules -> rules, STRICT);
        assertThat(ping(RoutedNetwork.SERVER, 56)).isZero();
        node.kill();
        assertThat(ping(RoutedNetwork.SERVER, 56)).as("without bypass").isNotZero();

        firewalls.rules(
                1,
                rules -> rules.replace("--queue-num 0", "--queue-num 0 --queue-bypass")
                        .replace(
                                "-A FORWARD -m mark --mark 0x08",
                                "-A FORWARD -m mark --mark 0x00/0x1f -j ACCEPT\n-A FORWARD -m mark --mark 0x08"));
        assertThat(ping(RoutedNetwork.SERVER, 56)).as("with bypass").isZero();
        node = firewalls.start(1, "active", STRICT);
        assertThat(ping(RoutedNetwork.SERVER, 56)).isZero();
        assertThat(control().dump("table")).anyMatch(line -> line.startsWith("icmp "));
    }

    @Test
    void aQueueThatAnotherProgramHasIsSaidInOneLine() {
        start(rules -> rules, STRICT);
        String yaml = firewalls
                .cluster()
                .settings(1)
                .named("fw9", firewalls.cluster().lab().directory().resolve("9"))
                .yaml()
                .replace("table: kernel", "table: userspace");
        CommandResult second = firewalls
                .cluster()
                .firewall(1)
                .namespace()
                .command(firewalls
                        .cluster()
                        .product()
                        .command(List.of(
                                "node",
                                "--config",
                                firewalls
                                        .cluster()
                                        .write("fw9.yaml", yaml + "userspace: {queue: 0}\n")
                                        .toString())))
                .run();
        assertThat(second.exitCode()).isOne();
        assertThat(second.stderr()).contains("userspace.queue: packet queue 0 cannot be opened");
    }

    private String line(LabProcess flow) {
        return answer(flow, "");
    }

    private String answer(LabProcess flow, String question) {
        int before = flow.stdout().size();
        flow.say(question);
        await().atMost(LIMIT).until(() -> flow.stdout().size() > before);
        return flow.stdout().get(before);
    }
}
