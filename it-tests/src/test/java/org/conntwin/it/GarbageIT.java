package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.Json;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.NoiseProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rubbish and strangers on the sync network and on the control socket are counted and harm nothing. */
@Waits
@KernelLab
class GarbageIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    /** A node needs some seconds to start, more on a busy machine. */
    private static final Duration STARTED = Duration.ofSeconds(15);

    private static final int ENTRIES = 1_000;
    private static final int DATAGRAMS = 1_000;

    private ClusterLab cluster;

    @BeforeEach
    void twoNodesWithEntriesAndAStranger() {
        cluster = ClusterLab.of(3);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        secondsUntilEntries(cluster.control(2), "external", ENTRIES, SOON);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void noise(String address) {
        cluster.firewall(3)
                .namespace()
                .command(Programs.command(
                        cluster.product(),
                        NoiseProgram.class,
                        address,
                        Integer.toString(NodeSettings.PORT),
                        Integer.toString(DATAGRAMS)))
                .runOrThrow();
    }

    private long dropped(int node, String where) {
        return cluster.control(node).stats("network").at(where).sum();
    }

    private void assertUnharmed() {
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES, "10.9"));
        secondsUntilEntries(cluster.control(2), "external", 2 * ENTRIES, SOON);
        assertThat(cluster.control(1).entries("internal")).isEqualTo(2 * ENTRIES);
        secondsUntilParity(cluster.control(2), SOON);
        secondsUntilParity(cluster.control(1), SOON);
    }

    @Test
    void rubbishOnTheClusterPortIsCountedAndHarmsNothing() {
        noise(NodeSettings.GROUP);
        noise(cluster.firewall(1).syncAddress());
        noise(cluster.firewall(2).syncAddress());
        for (int node : new int[] {1, 2}) {
            secondsUntil("rubbish is counted", SOON, () -> dropped(node, "dropped") > 0);
            figure("rubbish dropped by node %d: %s"
                    .formatted(node, cluster.control(node).stats("network").at("dropped")));
        }
        assertUnharmed();
    }

    @Test
    void rubbishOnATcpClusterHarmsNothing() {
        List<String> members = cluster.network().firewalls().stream()
                .limit(2)
                .map(firewall -> firewall.syncAddress())
                .toList();
        for (int number : new int[] {1, 2}) {
            cluster.node(number).kill();
        }
        cluster.start(1, cluster.settings(1).tcp(members).as("active"));
        cluster.start(2, cluster.settings(2).tcp(members));
        secondsUntilEntries(cluster.control(2), "external", ENTRIES, SOON);
        noise(cluster.firewall(1).syncAddress());
        noise(cluster.firewall(2).syncAddress());
        assertUnharmed();
    }

    @Test
    void aNodeWithAnotherKeyStaysOutside() {
        Path otherKey = cluster.lab().directory().resolve("other.key");
        Command.of(cluster.product().command(List.of("keygen", otherKey.toString())))
                .runOrThrow();
        String stranger = cluster.settings(3).yaml().replace("cluster.key", "other.key");
        cluster.kernel(3).insertAll(Entries.tcpLines(ENTRIES, "10.66"));
        cluster.launch(3, cluster.write("stranger.yaml", stranger));
        secondsUntil("the stranger is counted", STARTED, () -> dropped(1, "dropped") > 0 && dropped(2, "dropped") > 0);
        figure("stranger's messages dropped: "
                + cluster.control(1).stats("network").at("dropped"));
        assertThat(cluster.control(2).dump("external")).noneMatch(line -> line.contains("src=10.66."));
        assertUnharmed();
        Json peers = cluster.control(1).status().at("peers");
        assertThat(peers.elements()).extracting(peer -> peer.at("name").text()).containsExactly("fw2");
    }

    @Test
    void rubbishOnTheControlSocketIsCountedAndHarmsNothing() throws IOException {
        var address = UnixDomainSocketAddress.of(cluster.settings(1).socket());
        Random random = new Random(3);
        List<SocketChannel> idle = new ArrayList<>();
        long before = dropped(1, "controlDropped");
        try {
            for (int i = 0; i < 20; i++) {
                byte[] rubbish = new byte[1 + random.nextInt(100_000)];
                random.nextBytes(rubbish);
                try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    channel.connect(address);
                    channel.write(ByteBuffer.wrap(rubbish));
                } catch (IOException e) {
                    // The node may hang up on rubbish before all of it is written.
                }
                SocketChannel silent = SocketChannel.open(StandardProtocolFamily.UNIX);
                idle.add(silent);
                silent.connect(address);
            }
            secondsUntil("rubbish on the control socket is counted", SOON, () -> dropped(1, "controlDropped") > before);
            assertUnharmed();
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }
}
