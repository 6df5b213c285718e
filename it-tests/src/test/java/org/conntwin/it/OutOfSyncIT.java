package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.traffic.HttpProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A takeover whose every entry is out of date: established connections between two hosts that know nothing of them, on
 * every port that a client may use. New connections on these ports meet these entries, and none of them notices.
 */
@KernelLab
@Waits
class OutOfSyncIT {
    private static final int FIRST_PORT = 1_024;
    private static final int LAST_PORT = 65_535;
    private static final int ENTRIES = LAST_PORT - FIRST_PORT + 1;
    private static final int CONNECTIONS = 40;
    private static final Duration REPLICATED = Duration.ofSeconds(20);
    private static final Duration LISTENING = Duration.ofSeconds(15);
    private static final Duration TOLD = Duration.ofSeconds(10);

    // How /proc/net/netlink shows them.
    private static final String NETFILTER = "12";
    private static final String THREE_GROUPS = "00000007";

    private static final List<String> STATES = List.of("SYN_RECV", "ESTABLISHED", "FIN_WAIT", "LAST_ACK", "TIME_WAIT");
    private static final Pattern EVENT =
            Pattern.compile("\\[(\\w+)].* (\\w+) src=\\S+ dst=\\S+ sport=(\\d+) dport=80 .*");

    private ClusterLab cluster;
    private RoutedNetwork routed;

    @BeforeEach
    void twoFirewalls() {
        cluster = ClusterLab.of(2);
        routed = RoutedNetwork.around(cluster.lab(), cluster.network().firewalls());
        cluster.network().firewalls().forEach(firewall -> firewall.namespace().ruleset(Rulesets.INSIDE_OUT));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void newConnectionsOnPortsOfDeadOnesSucceedAtOnce() {
        failOver();
        LabProcess server = LabProcess.start(
                cluster.lab(),
                "HTTP server",
                routed.server(),
                Programs.command(cluster.product(), HttpProgram.class, "serve", RoutedNetwork.SERVER));
        server.awaitFirstLine("READY", LISTENING);
        LabProcess events = LabProcess.start(
                cluster.lab(), "conntrack events", fw2(), List.of("conntrack", "-E", "-p", "tcp", "--dport", "80"));
        await("the listener listens").atMost(LISTENING).until(this::listens);
        long invalidBefore = invalid();
        Map<String, Long> repeatedBefore = repeated();

        List<String> ports = ports();
        CommandResult answers = get(ports);

        figure("answers after %s ms at most".formatted(slowest(answers.lines())));
        assertThat(answers.exitCode()).as(answers.stdout() + answers.stderr()).isZero();
        await("the last event")
                .atMost(TOLD)
                .untilAsserted(() -> assertThat(byPort(events.stdout()).values())
                        .hasSize(CONNECTIONS)
                        .allSatisfy(told -> assertThat(told.getLast()).isEqualTo("UPDATE TIME_WAIT")));
        assertStates(byPort(events.stdout()));
        assertThat(events.stdout()).allSatisfy(line -> assertThat(line).contains("[ASSURED]"));
        assertThat(repeated()).as("repeated segments").isEqualTo(repeatedBefore);
        assertThat(invalid()).as("invalid packets").isEqualTo(invalidBefore);
        assertThat(cluster.kernel(2).plainEntries())
                .as("the same entries, none more")
                .filteredOn(line -> line.contains(" dport=80 src="))
                .hasSize(ENTRIES);
    }

    /** Loads the entries on the first firewall, kills it, and lets the second take over. */
    private void failOver() {
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        String lines = IntStream.rangeClosed(FIRST_PORT, LAST_PORT)
                .mapToObj(port ->
                        "tcp 6 432000 ESTABLISHED src=%s dst=%s sport=%d dport=80 src=%s dst=%s sport=80 dport=%d [ASSURED] mark=0\n"
                                .formatted(
                                        RoutedNetwork.CLIENT,
                                        RoutedNetwork.SERVER,
                                        port,
                                        RoutedNetwork.SERVER,
                                        RoutedNetwork.CLIENT,
                                        port))
                .collect(Collectors.joining());
        Path file = cluster.write("entries", lines);
        figure(cluster.control(1).done("load", file.toString()).stdout().strip());
        secondsUntilEntries(cluster.control(2), "external", ENTRIES, REPLICATED);
        cluster.node(1).kill();
        String committed = cluster.control(2).done("role", "active").stdout();
        figure(committed.strip());
        assertThat(committed).startsWith("committed " + ENTRIES + " entries").contains("failed 0)");
        routed.assignTo(cluster.firewall(2));
    }

    private Namespace fw2() {
        return cluster.firewall(2).namespace();
    }

    /** The first port, the last, and some between. */
    private static List<String> ports() {
        TreeSet<Integer> ports = new TreeSet<>(List.of(FIRST_PORT, LAST_PORT));
        Random random = new Random(64_512);
        while (ports.size() < CONNECTIONS) {
            ports.add(random.nextInt(FIRST_PORT, LAST_PORT));
        }
        return ports.stream().map(port -> Integer.toString(port)).toList();
    }

    private CommandResult get(List<String> ports) {
        List<String> arguments = new ArrayList<>(List.of("get", RoutedNetwork.CLIENT, RoutedNetwork.SERVER));
        arguments.addAll(ports);
        return routed.client()
                .command(Programs.command(cluster.product(), HttpProgram.class, arguments.toArray(String[]::new)))
                .run();
    }

    private static int slowest(List<String> answers) {
        return answers.stream()
                .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                .max()
                .orElse(-1);
    }

    /** Kind and state of each event by the client's port, in order. */
    private static Map<String, List<String>> byPort(List<String> events) {
        Map<String, List<String>> byPort = new TreeMap<>();
        for (String line : events) {
            Matcher event = EVENT.matcher(line);
            assertThat(event.find()).as(line).isTrue();
            byPort.computeIfAbsent(event.group(3), port -> new ArrayList<>())
                    .add(event.group(1) + " " + event.group(2));
        }
        return byPort;
    }

    private static void assertStates(Map<String, List<String>> byPort) {
        List<String> expected = STATES.stream().map(state -> "UPDATE " + state).toList();
        int exact = 0;
        for (Map.Entry<String, List<String>> told : byPort.entrySet()) {
            List<String> states = new ArrayList<>(told.getValue());
            exact += states.equals(expected) ? 1 : 0;
            // A server that is slow to close, on a busy machine, first acknowledges that the client did.
            states.remove("UPDATE CLOSE_WAIT");
            assertThat(states).as("events of port " + told.getKey()).isEqualTo(expected);
        }
        figure("%d of %d connections without CLOSE_WAIT".formatted(exact, byPort.size()));
        assertThat(exact).isPositive();
    }

    /** Whether `conntrack` has its socket, which is in three groups; the node's is in more. */
    private boolean listens() {
        return fw2().exec("cat", "/proc/net/netlink").lines().stream()
                .map(line -> List.of(line.strip().split("\\s+", -1)))
                .anyMatch(
                        words -> words.get(1).equals(NETFILTER) && words.get(3).equals(THREE_GROUPS));
    }

    private long invalid() {
        return fw2().exec("conntrack", "-S").lines().stream()
                .flatMap(line -> Arrays.stream(line.split("\\s+", -1)))
                .filter(word -> word.startsWith("invalid="))
                .mapToLong(word -> Long.parseLong(word.substring("invalid=".length())))
                .sum();
    }

    /** Segments that the two hosts sent again. */
    private Map<String, Long> repeated() {
        return Map.of("client", repeated(routed.client()), "server", repeated(routed.server()));
    }

    private static long repeated(Namespace host) {
        List<List<String>> tcp = host.exec("cat", "/proc/net/snmp").lines().stream()
                .filter(line -> line.startsWith("Tcp:"))
                .map(line -> List.of(line.split(" ", -1)))
                .toList();
        return Long.parseLong(tcp.get(1).get(tcp.get(0).indexOf("RetransSegs")));
    }
}
