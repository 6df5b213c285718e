package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.RoutedNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An FTP session through the first firewall, which dies while a data connection is announced but not yet made. The
 * ruleset lets data connections in only as RELATED, so they pass the second firewall through the replicated expectation
 * or not at all.
 */
@Waits
@KernelLab(programs = "vsftpd")
class FtpFailoverIT {
    private static final int FILE_BYTES = 300_000;
    private static final Duration REPLICATED = Duration.ofSeconds(5);
    private static final Pattern COUNTED = Pattern.compile("packets (\\d+)");

    private ClusterLab cluster;
    private RoutedNetwork routed;
    private FtpServer server;
    private FtpSession client;

    @BeforeEach
    void twoFirewallsAndAServer() {
        cluster = ClusterLab.of(2);
        routed = RoutedNetwork.around(cluster.lab(), cluster.network().firewalls());
        server = FtpServer.start(cluster.lab(), routed.server(), FILE_BYTES);
        client = new FtpSession(cluster, routed.client());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aPassiveDataConnectionAnnouncedBeforeTheFailurePassesAfterIt() {
        openThrough(Rulesets.FTP);
        failOverBetween("passive", RoutedNetwork.SERVER);
    }

    @Test
    void aPassiveDataConnectionBehindDestinationNatPassesAfterTheFailure() {
        openThrough(Rulesets.FTP + Rulesets.FTP_DESTINATION_NAT, RoutedNetwork.LAN_ADDRESS);
        failOverBetween("passive", RoutedNetwork.LAN_ADDRESS);
    }

    @Test
    void anActiveDataConnectionBehindSourceNatPassesAfterTheFailure() {
        openThrough(Rulesets.FTP + Rulesets.SOURCE_NAT);
        failOverBetween("active", RoutedNetwork.SERVER);
    }

    @Test
    void withoutTheCommitTheSessionDies() {
        openThrough(Rulesets.FTP);
        ask("passive");
        cluster.node(1).kill();
        move();
        assertThat(ask("retrieve " + FtpServer.FILE))
                .as("negative control: nothing but the commit carries the session over")
                .startsWith("FAILED");
    }

    private void openThrough(String ruleset) {
        openThrough(ruleset, RoutedNetwork.SERVER);
    }

    private void openThrough(String ruleset, String host) {
        cluster.network().firewalls().forEach(firewall -> firewall.namespace().ruleset(ruleset));
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        routed.assignTo(cluster.firewall(1));
        assertThat(ask("open " + host + " 21")).isEqualTo("OK open");
    }

    private void failOverBetween(String announcement, String host) {
        // One transfer first, so that the control connection has passed the helper in both directions.
        assertThat(ask(announcement)).startsWith("OK");
        assertThat(ask("retrieve " + FtpServer.FILE)).isEqualTo(server.fetched());

        assertThat(ask(announcement)).startsWith("OK");
        List<String> pending = cluster.kernel(1).expectations();
        assertThat(pending).hasSize(1);
        await("the expectation is on the backup")
                .atMost(REPLICATED)
                .untilAsserted(() -> assertThat(cluster.control(2).dump("external", "expect"))
                        .map(EntryLine::reducedExpectation)
                        .containsExactly(EntryLine.reducedExpectation(pending.getFirst())));

        cluster.node(1).kill();
        String summary = cluster.control(2).done("role", "active").lines().getFirst();
        System.out.println("fig: FTP " + announcement + " to " + host + ": " + summary);
        assertThat(cluster.kernel(2).expectations())
                .map(EntryLine::reducedExpectation)
                .containsExactly(EntryLine.reducedExpectation(pending.getFirst()));
        assertThat(controlEntry(cluster.firewall(2))).contains("helper=ftp");
        move();

        assertThat(ask("retrieve " + FtpServer.FILE))
                .as("the announced data connection")
                .isEqualTo(server.fetched());
        assertThat(relatedPackets(cluster.firewall(2)))
                .as("packets that only the expectation let in")
                .isPositive();
        assertThat(ask("noop")).startsWith("OK 200");
        assertThat(ask(announcement)).startsWith("OK");
        assertThat(ask("retrieve " + FtpServer.FILE))
                .as("the helper works on: it reads announcements made after the failure")
                .isEqualTo(server.fetched());
        assertThat(controlEntry(cluster.firewall(2))).contains("helper=ftp");
    }

    private void move() {
        routed.takeFrom(cluster.firewall(1));
        routed.assignTo(cluster.firewall(2));
    }

    private static String controlEntry(Firewall firewall) {
        Predicate<String> isControl = line -> line.contains(" dport=21 ");
        List<String> lines =
                firewall.kernel().entries().stream().filter(isControl).toList();
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private static long relatedPackets(Firewall firewall) {
        Matcher matcher = COUNTED.matcher(firewall.namespace()
                .exec("nft", "list", "counter", "inet", "fw", "related")
                .stdout());
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private String ask(String step) {
        return client.ask(step);
    }
}
