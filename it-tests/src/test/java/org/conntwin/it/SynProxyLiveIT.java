package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.synproxy.Handshake;
import org.conntwin.it.synproxy.MirrorProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real client and a real server with the SYN proxy between them: the node's, its successor's, the kernel's. */
@KernelLab(programs = {"iptables", "tcpdump"})
@Waits
class SynProxyLiveIT {
    private static final int PORT = 8080;
    private static final int MEGABYTE = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String PROXY = "userspace: {queue: 0, synproxy: [{destination: " + RoutedNetwork.SERVER
            + ", port: " + PORT + ", mss: 1460, wscale: 7, timestamp: true, sack-perm: true}]}\n";
    private static final String NO_RULES = """
            *raw
            COMMIT
            *mangle
            COMMIT
            *filter
            :INPUT ACCEPT
            :FORWARD ACCEPT
            COMMIT
            """;
    private static final String KERNELS_PROXY = """
            table ip proxy {
              chain raw {
                type filter hook prerouting priority raw
                tcp dport 8080 tcp flags & (fin|syn|rst|ack) == syn notrack
              }
              chain forward {
                type filter hook forward priority filter
                ct state invalid,untracked tcp dport 8080 synproxy mss 1460 wscale 7 timestamp sack-perm
                ct state invalid drop
              }
            }
            """;

    private ClusterLab cluster;
    private RoutedNetwork routed;

    @BeforeEach
    void build() {
        cluster = ClusterLab.of(2);
        routed = RoutedNetwork.around(cluster.lab(), cluster.network().firewalls());
        routed.assignTo(cluster.firewall(1));
        mirror("server", routed.server(), "serve", Integer.toString(PORT)).awaitFirstLine("READY", LIMIT);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private LabProcess mirror(String name, Namespace where, String... arguments) {
        return LabProcess.start(
                cluster.lab(), name, where, Programs.command(cluster.product(), MirrorProgram.class, arguments));
    }

    private LabProcess client(int bytes, int pauseMillis) {
        return mirror(
                "client",
                routed.client(),
                "talk",
                RoutedNetwork.SERVER,
                Integer.toString(PORT),
                Integer.toString(bytes),
                Integer.toString(pauseMillis));
    }

    private static void succeeds(LabProcess client) {
        assertThat(client.awaitExit(LIMIT)).as(client.log()).isZero();
        assertThat(client.stdout()).endsWith("OK");
    }

    private LabProcess node(int number, String role) throws IOException {
        Path rules = cluster.product().launcher().resolveSibling("iptables").resolve("userspace.rules");
        restore(number, Files.readString(rules));
        NodeSettings settings = cluster.settings(number).as(role);
        String yaml = settings.yaml()
                .replace("table: kernel\n", "table: userspace\n")
                .replace("sync:\n", "sync:\n  tcp-window: strict\n");
        LabProcess node = cluster.launch(number, cluster.write(settings.node() + ".yaml", yaml + PROXY));
        node.awaitFirstLine("READY " + settings.node(), LIMIT);
        return node;
    }

    private void restore(int number, String rules) {
        cluster.firewall(number)
                .namespace()
                .command("iptables-restore")
                .withInput(rules)
                .runOrThrow();
    }

    private void succeeded(LabProcess dead) {
        dead.kill();
        routed.takeFrom(cluster.firewall(1));
        routed.assignTo(cluster.firewall(2));
        cluster.control(2).done("role", "active");
    }

    /** What the client sees of a connection's beginning, while a megabyte goes there and back. */
    private List<String> handshake() {
        LabProcess dump = LabProcess.start(
                cluster.lab(),
                "tcpdump",
                routed.client(),
                List.of("tcpdump", "-n", "-l", "-i", "eth0", "-c", "4", "tcp port " + PORT));
        dump.awaitLine("listening on eth0", LIMIT);
        succeeds(client(MEGABYTE, 0));
        dump.awaitExit(LIMIT);
        return Handshake.of(dump.stdout(), PORT);
    }

    @Test
    void aMegabyteGoesThereAndBackAndTheClientSeesWhatTheKernelsProxyShows() throws IOException {
        LabProcess node = node(1, "active");
        List<String> seen = handshake();
        assertThat(seen).hasSize(4);
        assertThat(seen.get(0)).startsWith("client S ");
        assertThat(seen.get(1)).isEqualTo("server S. closed window mss 1460,sackOK,TS val N ecr N,nop,wscale 7");
        assertThat(seen.get(2)).startsWith("client . ");
        assertThat(seen.get(3)).isEqualTo("server . nop,nop,TS val N ecr N");
        assertThat(cluster.control(1)
                        .stats("events")
                        .at("tracker")
                        .at("cookieValid")
                        .number())
                .isEqualTo(1);
        node.kill();
        node.awaitExit(LIMIT);

        restore(1, NO_RULES);
        cluster.firewall(1).namespace().ruleset(KERNELS_PROXY);
        assertThat(handshake()).isEqualTo(seen);
    }

    @Test
    void aConnectionBetweenSynAckAndAckIsOpenedByTheSuccessor() throws IOException {
        LabProcess active = node(1, "active");
        node(2, "backup");
        keepAcks("-A");
        LabProcess client = client(MEGABYTE, 0);
        client.awaitFirstLine("CONNECTED", LIMIT);
        await("nothing is in the table")
                .during(Duration.ofMillis(500))
                .atMost(LIMIT)
                .until(() ->
                        cluster.control(1).dump("table").stream().noneMatch(line -> line.contains("dport=" + PORT)));
        succeeded(active);
        keepAcks("-D");
        succeeds(client);
    }

    /** The client's ACKs do not leave it. */
    private void keepAcks(String change) {
        String words = "iptables " + change + " OUTPUT -p tcp --dport " + PORT + " --tcp-flags SYN,ACK ACK -j DROP";
        routed.client().exec(words.split(" ", -1));
    }

    /** Bytes on the server's wire so far. */
    private long receivedByServer() {
        return routed.server()
                .exec("cat", "/proc/net/dev")
                .stdout()
                .lines()
                .map(line -> line.strip().split("[:\\s]+", -1))
                .filter(words -> words[0].equals("eth0"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }

    @Test
    void aConnectionInMidTransferGoesOnWithTheSuccessor() throws IOException {
        LabProcess active = node(1, "active");
        node(2, "backup");
        LabProcess client = client(4 * MEGABYTE, 15);
        client.awaitFirstLine("CONNECTED", LIMIT);
        await("half of it is there").atMost(LIMIT).until(() -> receivedByServer() > 2 * MEGABYTE);
        assertThat(client.isAlive()).isTrue();
        succeeded(active);
        succeeds(client);
    }
}
