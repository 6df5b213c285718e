package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.LiveFirewalls;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.traffic.BulkProgram;
import org.conntwin.it.traffic.FlowsProgram;
import org.conntwin.it.traffic.SynFloodProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A SYN flood of ten times the table's limit through a firewall whose node tracks packets, while its flows go on; then
 * the node dies, and they go on through the other one.
 */
@KernelLab(programs = {"iptables-restore", "ip6tables-restore", "iptables"})
class UserspaceFloodIT {
    private static final int LIMIT = 4_096;
    private static final int SYNS = 10 * LIMIT;
    private static final int PER_SECOND = 3_000;
    private static final int TCP = 200;
    private static final int UDP = 50;
    private static final String ALL_ALIVE = "ALIVE " + TCP + " " + UDP;
    private static final String USERSPACE = "{queue: 0, tcp-loose: false, max-entries: " + LIMIT + "}";
    /** The server answers on the first one, and nobody does on the second one. */
    private static final String PORTS = "5001,6001";

    private static final Duration LIMIT_TIME = Duration.ofSeconds(60);

    private LiveFirewalls firewalls;

    @BeforeEach
    void twoFirewallsAndAServer() {
        firewalls = LiveFirewalls.of(2);
        Namespace server = firewalls.routed().server();
        server.exec("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "6001", "-j", "DROP");
        for (int number = 1; number <= 2; number++) {
            firewalls.rules(number, rules -> rules);
            // The flood's sources are somewhere behind the client, where nobody answers for them.
            firewalls
                    .cluster()
                    .firewall(number)
                    .namespace()
                    .ip("route add 198.18.0.0/15 via " + RoutedNetwork.CLIENT + " dev lan0");
        }
        program(server, "server", BulkProgram.class, "serve");
    }

    @AfterEach
    void close() {
        firewalls.close();
    }

    private LabProcess program(Namespace where, String name, Class<?> main, String... arguments) {
        LabProcess started = LabProcess.start(
                firewalls.cluster().lab(),
                name,
                where,
                Programs.command(firewalls.cluster().product(), main, arguments));
        started.awaitFirstLine("READY", LIMIT_TIME);
        return started;
    }

    private static String ask(LabProcess program, String line) {
        int before = program.stdout().size();
        program.say(line);
        await().atMost(LIMIT_TIME).until(() -> program.stdout().size() > before);
        return program.stdout().get(before);
    }

    private long entriesOfFlows(Control node, String place) {
        List<String> lines = node.dump(place);
        String from = " src=" + RoutedNetwork.CLIENT + " dst=" + RoutedNetwork.SERVER + " ";
        return lines.stream()
                .filter(line -> line.contains(from) && line.contains("[ASSURED]"))
                .filter(line -> line.startsWith("udp ") || line.contains(" ESTABLISHED "))
                .count();
    }

    @Test
    void everyFlowLivesThroughAFloodOfTenTimesTheLimitAndThroughTheFailureAfterIt() {
        LabProcess active = firewalls.start(1, "active", USERSPACE);
        firewalls.start(2, "backup", USERSPACE);
        firewalls.assignTo(1);
        Control first = firewalls.cluster().control(1);
        Control second = firewalls.cluster().control(2);
        Namespace client = firewalls.routed().client();
        LabProcess flows = program(client, "flows", FlowsProgram.class, RoutedNetwork.SERVER, "" + TCP, "" + UDP);
        await("datagrams go on for long enough to be a stream")
                .atMost(LIMIT_TIME)
                .untilAsserted(() -> {
                    assertThat(ask(flows, "round")).isEqualTo(ALL_ALIVE);
                    assertThat(entriesOfFlows(first, "table")).isEqualTo(TCP + UDP);
                });
        long before = active.usage().residentBytes();

        LabProcess flood = program(
                client, "flood", SynFloodProgram.class, RoutedNetwork.SERVER, PORTS, "" + SYNS, "" + PER_SECOND);
        long most = 0;
        int through = 0;
        int tried = 0;
        long slowest = 0;
        int rounds = 0;
        long resident = before;
        while (flood.isAlive()) {
            assertThat(ask(flows, "round")).as("during the flood").isEqualTo(ALL_ALIVE);
            String[] fresh = ask(flows, "new 5").split(" ", -1);
            rounds++;
            tried += 5;
            through += Integer.parseInt(fresh[1]);
            slowest = Math.max(slowest, Long.parseLong(fresh[2]));
            most = Math.max(most, first.entries("table"));
            resident = Math.max(resident, active.usage().residentBytes());
        }
        String[] sent = flood.stdout().getLast().split(" ", -1);

        assertThat(ask(flows, "round")).as("after the flood").isEqualTo(ALL_ALIVE);
        assertThat(Integer.parseInt(sent[1])).isEqualTo(SYNS);
        assertThat(through)
                .as("new connections during the flood")
                .isEqualTo(tried)
                .isPositive();
        assertThat(most).isBetween(LIMIT * 3L / 4, (long) LIMIT);
        assertThat(entriesOfFlows(first, "table")).isGreaterThanOrEqualTo(TCP + UDP);
        await("the flows are on the backup")
                .atMost(LIMIT_TIME)
                .untilAsserted(
                        () -> assertThat(entriesOfFlows(second, "external")).isGreaterThanOrEqualTo(TCP + UDP));
        var counted = first.stats("events").at("tracker");
        Stopwatch.figure(
                ("SYN flood of %s in %s ms, limit %d, at most %d entries: %d TCP and %d UDP flows alive in %d rounds"
                                + " of 100 %%; %d of %d new connections through, the slowest in %d ms; %d entries made room, %d SYNs"
                                + " refused; resident %d MB before, %d MB at most")
                        .formatted(
                                sent[1],
                                sent[2],
                                LIMIT,
                                most,
                                TCP,
                                UDP,
                                rounds,
                                through,
                                tried,
                                slowest,
                                counted.at("earlyDropped").number(),
                                counted.at("tableFull").number(),
                                before >> 20,
                                resident >> 20));

        active.kill();
        String summary = second.done("role", "active").lines().getFirst();
        firewalls.move(1, 2);
        Stopwatch.figure("after the flood: " + summary);
        assertThat(ask(flows, "round")).as("through the backup").isEqualTo(ALL_ALIVE);
        assertThat(ask(flows, "new 5")).startsWith("NEW 5 ");
        assertThat(second.stats("events").at("tracker").at("liveArrived").number())
                .isPositive();
        assertThat(second.entries("table")).isLessThanOrEqualTo(LIMIT);
    }
}
