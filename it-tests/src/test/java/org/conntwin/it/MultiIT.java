package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.traffic.BulkProgram;
import org.conntwin.it.traffic.FlowsProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both firewalls forward ({@code initial-role: multi}): what clients send goes through the first, answers by the second. */
@Waits
@KernelLab
class MultiIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration ANSWERED = Duration.ofSeconds(30);
    private static final int TCP = 20;
    private static final int UDP = 2;
    private static final int OWN = 1_000;

    /** From the lan side anything, from the other side answers only. */
    private static final String RULES = """
            table inet fw {
              chain forward {
                type filter hook forward priority 0; policy drop;
                ct state invalid counter drop
                ct state established accept
                iifname "lan0" meta l4proto udp accept
                iifname "lan0" tcp flags & (fin|syn|rst|ack) == syn accept
              }
            }
            """;

    private ClusterLab cluster;
    private RoutedNetwork routed;
    private LabProcess flows;

    @BeforeEach
    void twoFirewallsOfWhichEachForwardsOneDirection() {
        cluster = ClusterLab.of(2);
        routed = RoutedNetwork.around(cluster.lab(), cluster.network().firewalls());
        for (int number = 1; number <= 2; number++) {
            cluster.firewall(number).namespace().ruleset(RULES);
            start(number);
        }
        clientsVia(1);
        answersVia(2);
        LabProcess server = program(routed.server(), "server", BulkProgram.class, "serve");
        server.awaitFirstLine("READY", SOON.multipliedBy(2));
        secondsUntilParity(cluster.control(1), SOON);
        flows = program(routed.client(), "flows", FlowsProgram.class, RoutedNetwork.SERVER, "" + TCP, "" + UDP);
        flows.awaitFirstLine("READY", ANSWERED);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void start(int number) {
        cluster.start(number, cluster.settings(number).as("multi").withoutExternalCache());
    }

    private void clientsVia(int number) {
        routed.client().ip("route replace default via 10.99.1.1" + number);
    }

    private void answersVia(int number) {
        routed.server().ip("route replace default via 10.99.2.1" + number);
    }

    private LabProcess program(Namespace where, String name, Class<?> main, String... arguments) {
        return LabProcess.start(cluster.lab(), name, where, Programs.command(cluster.product(), main, arguments));
    }

    /** All flows, there and back. */
    private void assertAlive() {
        int before = flows.stdout().size();
        flows.say("round");
        secondsUntil("the round is over", ANSWERED, () -> flows.stdout().size() > before);
        assertThat(flows.stdout().getLast()).isEqualTo("ALIVE " + TCP + " " + UDP);
    }

    private List<String> table(int number) {
        return cluster.kernel(number).entries().stream()
                .filter(line -> line.contains("tcp") && line.contains("dst=" + RoutedNetwork.SERVER))
                .toList();
    }

    private long own(int number, String part) {
        return cluster.control(number).dump("internal").stream()
                .filter(line -> line.contains(part))
                .count();
    }

    @Test
    void flowsThatOneSawAloneGoOnWhenADirectionMoves() {
        cluster.network()
                .firewalls()
                .forEach(firewall -> firewall.namespace().sysctl("net.netfilter.nf_conntrack_tcp_be_liberal", 1));
        answersVia(1);
        flows.close();
        flows = program(routed.client(), "others", FlowsProgram.class, RoutedNetwork.SERVER, "" + TCP, "" + UDP);
        flows.awaitFirstLine("READY", ANSWERED);
        assertAlive();
        secondsUntilParity(cluster.control(2), SOON);
        answersVia(2);
        assertAlive();
        answersVia(1);
        clientsVia(2);
        assertAlive();
    }

    @Test
    void flowsOfWhichEachSeesOneDirectionLiveOnInEitherAlone() {
        assertAlive();
        for (int number = 1; number <= 2; number++) {
            assertThat(table(number))
                    .as("in firewall " + number)
                    .hasSize(TCP)
                    .allMatch(line -> line.contains("ESTABLISHED") && line.contains("[ASSURED]"));
            cluster.kernel(number).insertAll(Entries.tcpLines(OWN, "10.1" + number));
        }
        for (int number = 1; number <= 2; number++) {
            int here = number;
            secondsUntil("each owns its flows", SOON, () -> own(here, "src=10.1" + here + ".0.1 ") == OWN);
            assertThat(own(number, "src=10.1" + (3 - number) + ".0.1 ")).isZero();
            secondsUntilParity(cluster.control(number), SOON);
        }

        Firewall second = cluster.firewall(2);
        cluster.node(2).kill();
        cluster.network().cut(second);
        answersVia(1);
        assertAlive();
        secondsUntil("the first owns what the second had", SOON, () -> own(1, "src=10.12.0.1 ") == OWN);

        second.kernel().flush();
        cluster.network().heal(second);
        start(2);
        for (int number = 1; number <= 2; number++) {
            secondsUntilParity(cluster.control(number), SOON);
        }
        assertAlive();
        assertThat(cluster.kernel(1).entries())
                .as("a second that comes back empty takes nothing away")
                .filteredOn(line -> line.contains("src=10.12.0.1 "))
                .hasSize(OWN);
        secondsUntil("the second has all again", SOON, () -> cluster.kernel(2).count() >= 2 * OWN + TCP);
        answersVia(2);
        assertAlive();
        clientsVia(2);
        assertAlive();
        figure("multi: %d TCP and %d UDP flows over both ways, one alone, and back".formatted(TCP, UDP));
    }
}
