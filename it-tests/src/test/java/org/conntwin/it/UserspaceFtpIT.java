package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.LiveFirewalls;
import org.conntwin.it.lab.RoutedNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A real FTP client and server through two firewalls that track packets in their nodes. The first one dies while a data
 * connection is announced but not yet made; the rules let data connections in only as related.
 */
@KernelLab(programs = {"vsftpd", "iptables-restore", "ip6tables-restore"})
@Waits
class UserspaceFtpIT {
    private static final int FILE_BYTES = 3_000_000;
    private static final String HELPER = "queue: 0, tcp-loose: false, helpers: [\"ftp:tcp/21\"]";
    private static final String RELATED = "0x4/0x4";
    private static final Duration REPLICATED = Duration.ofSeconds(10);

    private LiveFirewalls firewalls;
    private FtpServer server;
    private FtpSession client;

    @SuppressWarnings("NullAway.Init") // by each test
    private LabProcess first;

    @BeforeEach
    void twoFirewallsAndAServer() {
        firewalls = LiveFirewalls.of(2);
        server = FtpServer.start(firewalls.cluster().lab(), firewalls.routed().server(), FILE_BYTES);
        client = new FtpSession(firewalls.cluster(), firewalls.routed().client());
    }

    @AfterEach
    void close() {
        firewalls.close();
    }

    @Test
    void aPassiveDataConnectionAnnouncedBeforeTheFailurePassesAfterIt() {
        failOverBetween("passive", RoutedNetwork.SERVER, "");
    }

    @Test
    void anActiveDataConnectionAnnouncedBeforeTheFailurePassesAfterIt() {
        failOverBetween("active", RoutedNetwork.SERVER, "");
    }

    @Test
    void aPassiveDataConnectionBehindDestinationNatPassesAfterTheFailure() {
        failOverBetween(
                "passive",
                RoutedNetwork.LAN_ADDRESS,
                ", nat: [{kind: destination, destination: %s, protocol: tcp, port: 21, to: \"%s:21\"}]"
                        .formatted(RoutedNetwork.LAN_ADDRESS, RoutedNetwork.SERVER));
    }

    @Test
    void anActiveDataConnectionBehindSourceNatPassesAfterTheFailure() {
        failOverBetween(
                "active",
                RoutedNetwork.SERVER,
                ", nat: [{kind: source, source: %s, out: wan0, to: %s}]"
                        .formatted(RoutedNetwork.CLIENT, RoutedNetwork.WAN_ADDRESS));
    }

    private void failOverBetween(String announcement, String host, String nat) {
        for (int number = 1; number <= 2; number++) {
            firewalls.rules(
                    number,
                    rules -> rules.replace(
                            "-A FORWARD -i lan0 -m mark", "-A FORWARD -i lan0 -p tcp -m tcp --dport 21 -m mark"));
        }
        first = firewalls.start(1, "active", "{" + HELPER + nat + "}");
        firewalls.start(2, "backup", "{" + HELPER + nat + "}");
        firewalls.assignTo(1);
        Control backup = firewalls.cluster().control(2);
        assertThat(client.ask("open " + host + " 21")).isEqualTo("OK open");
        transfer(announcement);
        assertThat(firewalls.packets(1, RELATED)).isPositive();

        assertThat(client.ask(announcement)).startsWith("OK");
        List<String> pending = firewalls.cluster().control(1).dump("table", "expect");
        assertThat(pending).hasSize(1);
        await("the expectation is on the backup")
                .atMost(REPLICATED)
                .untilAsserted(() -> assertThat(backup.dump("external", "expect"))
                        .map(EntryLine::reducedExpectation)
                        .containsExactly(EntryLine.reducedExpectation(pending.getFirst())));

        first.kill();
        String summary = backup.done("role", "active").lines().getFirst();
        Stopwatch.figure("live FTP " + announcement + " to " + host + ": " + summary);
        firewalls.move(1, 2);

        assertThat(client.ask("retrieve " + FtpServer.FILE))
                .as("the announced data connection")
                .isEqualTo(server.fetched());
        assertThat(firewalls.packets(2, RELATED))
                .as("packets that only the expectation let in")
                .isPositive();
        assertThat(client.ask("noop")).startsWith("OK 200");
        transfer(announcement);
        assertThat(backup.dump("table"))
                .filteredOn(line -> line.contains(" dport=21 "))
                .hasSize(1);
    }

    private void transfer(String announcement) {
        assertThat(client.ask(announcement)).startsWith("OK");
        assertThat(client.ask("retrieve " + FtpServer.FILE)).isEqualTo(server.fetched());
    }
}
