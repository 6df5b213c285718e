package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.pause;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.Json;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.EavesdropProgram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** One pair of nodes that is well, turns to another key, and has a stranger on its sync network, in that order. */
@KernelLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecurityIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int ENTRIES = 2_000;
    /** 10.77.0.1, the client of all flows of a burst, and a node's name. */
    private static final List<String> SECRETS = List.of("0a4d0001", "667731");

    private final AtomicInteger bursts = new AtomicInteger();
    private ClusterLab cluster;

    @BeforeAll
    void twoNodesAndRoomForAStranger() throws IOException {
        cluster = ClusterLab.of(3);
        for (int node : List.of(1, 2)) {
            Files.copy(file("cluster.key"), keyFile(node), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            String role = node == 1 ? "active" : "backup";
            cluster.start(
                    node,
                    "fw" + node,
                    cluster.write(
                            "fw" + node + ".yaml",
                            cluster.settings(node).as(role).yaml().replace("cluster.key", "fw" + node + ".key")));
        }
        burst();
        assertTwins();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    private Path file(String name) {
        return cluster.lab().directory().resolve(name);
    }

    private Path keyFile(int node) {
        return file("fw" + node + ".key");
    }

    /** As many new flows, of the client 10.77.0.1. */
    private void burst() {
        int burst = bursts.getAndIncrement();
        cluster.kernel(1)
                .insertAll(Entries.tcpLines(ENTRIES, "10.77").stream()
                        .map(line -> line.replace("-d 10.2.0.1", "-d 10.2." + burst / 250 + "." + (1 + burst % 250)))
                        .toList());
    }

    private void assertTwins() {
        long all = (long) ENTRIES * bursts.get();
        secondsUntilEntries(cluster.control(2), "external", all, SOON);
        assertThat(cluster.control(1).entries("internal")).isEqualTo(all);
        secondsUntilParity(cluster.control(1), SOON);
        secondsUntilParity(cluster.control(2), SOON);
    }

    private long dropped(int node, String cause) {
        return cluster.control(node).stats("network").at("dropped").at(cause).number();
    }

    @Test
    @Order(1)
    void aPairThatIsWellLogsNothingUnderLoad() {
        List<String> first = cluster.node(1).stderr();
        List<String> second = cluster.node(2).stderr();
        for (int i = 0; i < 5; i++) {
            burst();
            pause(500);
        }
        assertTwins();
        assertThat(cluster.node(1).stderr()).isEqualTo(first);
        assertThat(cluster.node(2).stderr()).isEqualTo(second);
    }

    @Test
    @Order(2)
    void theKeyChangesUnderLoadAndNobodyIsMissedAndNothingLost() throws Exception {
        Path next = file("new.key");
        Command.of(cluster.product().command(List.of("keygen", next.toString())))
                .runOrThrow();
        String before = Files.readString(file("cluster.key"));
        String after = Files.readString(next);
        AtomicBoolean turned = new AtomicBoolean();
        Thread load = Thread.ofPlatform().start(() -> {
            while (!turned.get()) {
                burst();
            }
        });
        long start = System.nanoTime();
        for (String text : List.of(before + after, after + before, after)) {
            for (int node : List.of(1, 2)) {
                String said = "key file " + keyFile(node) + " has changed";
                long times = said(node, said);
                Files.writeString(keyFile(node), text);
                secondsUntil("it is read", SOON, () -> said(node, said) == times + 1);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        turned.set(true);
        load.join();
        assertTwins();
        for (int node : List.of(1, 2)) {
            Json peers = cluster.control(node).status().at("peers");
            assertThat(peers.elements())
                    .extracting(peer -> peer.at("state").text())
                    .containsExactly("up");
            assertThat(dropped(node, "forged")).isZero();
            assertThat(dropped(node, "not-a-member")).isZero();
            assertThat(cluster.control(node).done("status").stdout())
                    .contains("sealing with key ")
                    .doesNotContain("accepting");
        }
        figure("key changed in %.1f s while %d flows were born: none lost".formatted(seconds, ENTRIES * bursts.get()));
    }

    private long said(int node, String words) {
        return cluster.node(node).stderr().stream()
                .filter(line -> line.contains(words))
                .count();
    }

    @Test
    @Order(3)
    void aStrangerReadsNothingAndChangesNothingWithWhatHeHeard() {
        Firewall stranger = cluster.firewall(3);
        Namespace namespace = stranger.namespace();
        namespace.sysctl("net.ipv4.conf.all.arp_ignore", 8);
        for (int node : List.of(1, 2)) {
            String hardware = cluster.firewall(node)
                    .namespace()
                    .exec("cat", "/sys/class/net/" + Firewall.SYNC_DEVICE + "/address")
                    .stdout()
                    .strip();
            namespace.ip("neigh replace " + cluster.firewall(node).syncAddress() + " lladdr " + hardware + " dev "
                    + Firewall.SYNC_DEVICE);
        }
        String peer = cluster.firewall(1).syncAddress();
        String other = cluster.firewall(2).syncAddress();
        List<String> words = new java.util.ArrayList<>(
                List.of(Firewall.SYNC_DEVICE, NodeSettings.GROUP, Integer.toString(NodeSettings.PORT)));
        words.addAll(SECRETS);
        LabProcess ear = LabProcess.start(
                cluster.lab(),
                "eavesdropper",
                namespace,
                Programs.command(cluster.product(), EavesdropProgram.class, words.toArray(String[]::new)));
        ear.awaitLine("listening", SOON);
        burst();
        assertTwins();
        ear.say("stop");
        ear.awaitLine("heard", SOON);
        ear.say("replay " + stranger.syncAddress() + " " + NodeSettings.GROUP + " " + peer + " " + other);
        ear.awaitLine("replayed", Duration.ofSeconds(20));
        namespace.ip("addr add " + peer + "/32 dev " + Firewall.SYNC_DEVICE);
        ear.say("replay " + peer + " " + NodeSettings.GROUP + " " + other);
        secondsUntil("both are sent", Duration.ofSeconds(20), () -> ear.stdout().size() == 4);
        assertThat(ear.stdout().get(1)).matches("heard [1-9]\\d+, readable 0");

        burst();
        assertTwins();
        for (int node : List.of(1, 2)) {
            figure("a stranger, %s: node %d dropped %s"
                    .formatted(
                            ear.stdout(),
                            node,
                            cluster.control(node).stats("network").at("dropped")));
            for (String cause : List.of("forged", "replayed", "truncated", "not-sealed", "version")) {
                assertThat(dropped(node, cause)).as(cause + " at " + node).isPositive();
            }
            assertThat(cluster.node(node).stderr().stream()
                            .filter(line -> line.contains("dropped (forged"))
                            .count())
                    .isLessThanOrEqualTo(1);
        }
        assertThat(cluster.control(2).status().at("peers").elements()).hasSize(1);
    }
}
