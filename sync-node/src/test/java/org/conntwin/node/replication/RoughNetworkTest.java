package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.replication.TestCluster.LONG;
import static org.conntwin.node.replication.TestCluster.awaitTwins;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.conntwin.node.channel.View;
import org.conntwin.node.fake.Flows;
import org.conntwin.proto.BatchWriter;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MessageCodec;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.SyncMessage;
import org.conntwin.proto.WireBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that loses, stands still, falls apart, or brings what nobody sent. */
final class RoughNetworkTest {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldConvergeWhateverIsLost(long seed) {
        Random random = new Random(seed);
        TestPeer first = cluster.peer("fw1", 1000);
        TestPeer second = cluster.peer("fw2", 1000);
        TestPeer third = cluster.peer("fw3", 1000);
        cluster.network.lose(0.5, seed == 1 ? 0 : 0.05);
        for (int round = 0; round < 30; round++) {
            first.change(random, 500, 3000);
            second.change(random, 200, 1000);
        }
        third.change(random, 10, 100);
        cluster.network.lose(0, 0);
        awaitTwins(first, second, third);
    }

    @Test
    void shouldConvergeWhileAThirdOfEverythingIsLost() {
        Random random = new Random(5);
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
        cluster.network.lose(0.3, 0.3);
        active.change(random, 20_000, 3000);
        await().atMost(LONG).until(() -> backup.twins(active));
        assertThat(backup.replication.counters().getOrDefault("gaps", 0L)).isPositive();
    }

    @Test
    void shouldNotKeepTheOthersWaitingForAPausedPeer() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer frozen = cluster.peer("fw2", 1000);
        TestPeer lively = cluster.peer("fw3", 1000);
        awaitTwins(active, frozen, lively);
        cluster.network.pause("fw2");
        // Far more than the window holds.
        for (int round = 0; round < 5; round++) {
            int first = round * 20_000;
            active.own(first, first + 20_000);
            await().atMost(Duration.ofSeconds(10)).until(() -> lively.twins(active));
        }
        assertThat(active.status("fw2").lagEntries()).isPositive();
        cluster.network.resume("fw2");
        awaitTwins(active, frozen, lively);
    }

    @Test
    void shouldHealAfterAPartition() {
        TestPeer first = cluster.peer("fw1", 1000);
        TestPeer second = cluster.peer("fw2", 1000);
        TestPeer third = cluster.peer("fw3", 1000);
        first.own(0, 2000);
        second.own(0, 300);
        awaitTwins(first, second, third);
        cluster.network.separate("fw1");
        Random random = new Random(3);
        first.change(random, 5000, 3000);
        second.change(random, 500, 400);
        awaitTwins(second, third);
        await().atMost(LONG)
                .until(() -> !second.status("fw1").up()
                        && first.replication.peers().stream().noneMatch(PeerStatus::up));
        assertThat(first.replication.request()).isZero();
        cluster.network.separate();
        awaitTwins(first, second, third);
    }

    @Test
    void shouldIgnoreAnOlderView() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
        awaitTwins(active, backup);
        active.replication.viewChanged(new View(1, List.of("fw1"), false, Set.of("fw1"), Set.of()));
        assertThat(active.status("fw2").up()).isTrue();
    }

    @Test
    void shouldDropAndCountWhatAnOlderIncarnationSends() {
        TestPeer active = cluster.peer("fw1", 5000);
        TestPeer backup = cluster.peer("fw2", 1000);
        active.own(0, 10);
        awaitTwins(active, backup);
        cluster.network.inject("fw1", "fw2", piece(4999, 1, 77));
        cluster.network.inject("fw1", "fw2", piece(5000, 1, 78));
        await().atMost(LONG).until(() -> backup.replication.drops().getOrDefault("stale-incarnation", 0L) == 1);
        await().atMost(LONG).until(() -> backup.replication.drops().getOrDefault("out-of-sequence", 0L) == 1);
        assertThat(backup.twins(active)).isTrue();
    }

    private static byte[] piece(long incarnation, long sequence, int flow) {
        WireBuffer buffer = new WireBuffer(1024);
        BatchWriter writer = new BatchWriter(buffer);
        writer.begin(incarnation, sequence);
        byte[] record = Flows.record(Flows.flow(flow));
        writer.record(Kind.CONNTRACK, record, 0, record.length);
        writer.end();
        return buffer.copy();
    }

    @Test
    void shouldSurviveWhateverBytesCome() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
        active.own(0, 500);
        awaitTwins(active, backup);
        Random random = new Random(9);
        byte[] good = piece(1000, 1_000_000, 3);
        byte[][] others = {
            MessageCodec.encode(new SyncMessage.Hello(1, List.of("x"), 1000, 0, RoleName.BACKUP, "kernel", false)),
            MessageCodec.encode(new SyncMessage.DigestRequest(5)),
            MessageCodec.encode(new SyncMessage.Progress(1000, 5, true, 3)),
            heartbeat()
        };
        for (int message = 0; message < 3000; message++) {
            byte[] bytes = message % 2 == 0 ? good.clone() : others[random.nextInt(others.length)].clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            cluster.network.inject("fw1", "fw2", Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)));
        }
        for (int message = 0; message < 1000; message++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            cluster.network.inject("fw1", "fw2", bytes);
        }
        await().atMost(LONG).until(() -> backup.replication.drops().getOrDefault("malformed", 0L) > 1000);
        assertThat(backup.replication.drops()).containsKeys("forged", "too-many-origins", "unknown-kind");
        // A restart of the origin outdates whatever number a forged piece left behind.
        cluster.kill(active);
        TestPeer again = cluster.peer("fw1", Long.MAX_VALUE - 1000);
        again.own(0, 300);
        awaitTwins(again, backup);
    }

    private static byte[] heartbeat() {
        WireBuffer buffer = new WireBuffer(1024);
        BatchWriter writer = new BatchWriter(buffer);
        writer.begin(1000, 2_000_000);
        writer.heartbeat(new Heartbeat(1, 2, 3, 4, 5, RoleName.ACTIVE, 6));
        writer.end();
        return buffer.copy();
    }
}
