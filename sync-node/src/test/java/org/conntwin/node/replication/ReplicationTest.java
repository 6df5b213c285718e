package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.channel.View;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.BatchWriter;
import org.conntwin.proto.Heartbeat;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.MessageCodec;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.SyncMessage;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplicationTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    /** Heartbeats and repeated questions come five times as fast. */
    private final Clock clock = this::nanos;

    private final AtomicLong frozenAt = new AtomicLong();

    private final FakeNetwork network = new FakeNetwork(7);
    private final Deque<TestPeer> peers = new ArrayDeque<>();

    private long nanos() {
        long frozen = frozenAt.get();
        return frozen == 0 ? System.nanoTime() * 5 : frozen;
    }

    private TestPeer peer(String name, long incarnation) {
        TestPeer peer = new TestPeer(network, clock, name, incarnation).start();
        peers.push(peer);
        return peer;
    }

    @AfterEach
    void stop() {
        peers.forEach(TestPeer::close);
        network.close();
    }

    private void kill(TestPeer peer) {
        network.kill(peer.name);
        peer.close();
        peers.remove(peer);
    }

    private static void awaitTwins(TestPeer... all) {
        for (TestPeer holder : all) {
            for (TestPeer origin : all) {
                if (holder != origin) {
                    await(holder.name + " has the twin of " + origin.name)
                            .atMost(LONG)
                            .until(() -> holder.status(origin.name).parity() && holder.twins(origin));
                }
            }
        }
    }

    @Test
    void shouldBringAChangeToThePeer() {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 2000);
        active.own(0, 10);
        awaitTwins(active, backup);
        active.internal.event(EventKind.DESTROY, Flows.flow(3));
        active.internal.event(EventKind.UPDATE, Flows.flow(4, 44));
        active.replication.wake();
        await().atMost(LONG).until(() -> backup.twins(active));
        assertThat(backup.twinOf("fw1").size(Kind.CONNTRACK)).isEqualTo(9);
        assertThat(backup.replication.counters()).containsKeys("sentRecords", "receivedPieces", "gaps");
        assertThat(backup.replication.incarnationOf("fw1")).isEqualTo(1000);
        assertThat(backup.replication.peers()).hasSize(1);
        PeerStatus status = backup.status("fw1");
        assertThat(status.up()).isTrue();
        assertThat(status.entries()).isEqualTo(9);
        await().atMost(LONG)
                .until(() -> backup.status("fw1").lagEntries() == 0
                        && backup.status("fw1").lagMillis() == 0
                        && active.status("fw2").lagEntries() == 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldConvergeWhateverIsLost(long seed) {
        Random random = new Random(seed);
        TestPeer first = peer("fw1", 1000);
        TestPeer second = peer("fw2", 1000);
        TestPeer third = peer("fw3", 1000);
        network.lose(0.5, seed == 1 ? 0 : 0.05);
        for (int round = 0; round < 30; round++) {
            first.change(random, 500, 3000);
            second.change(random, 200, 1000);
        }
        third.change(random, 10, 100);
        network.lose(0, 0);
        awaitTwins(first, second, third);
    }

    @Test
    void shouldConvergeWhileAThirdOfEverythingIsLost() {
        Random random = new Random(5);
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        network.lose(0.3, 0.3);
        active.change(random, 20_000, 3000);
        await().atMost(LONG).until(() -> backup.twins(active));
        assertThat(backup.replication.counters().getOrDefault("gaps", 0L)).isPositive();
    }

    @Test
    void shouldFillABackupThatJoinsLate() {
        TestPeer active = peer("fw1", 1000);
        active.own(0, 20_000);
        TestPeer backup = peer("fw2", 1000);
        awaitTwins(active, backup);
        kill(backup);
        active.own(20_000, 21_000);
        awaitTwins(active, peer("fw2", 2000));
    }

    @Test
    void shouldDropWhatARestartedActiveNoLongerHas() {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 5000);
        awaitTwins(active, backup);
        kill(active);
        await().atMost(LONG).until(() -> !backup.status("fw1").up());
        assertThat(backup.status("fw1").parity()).isFalse();
        assertThat(backup.twinOf("fw1").size(Kind.CONNTRACK))
                .as("kept for a takeover")
                .isEqualTo(5000);
        TestPeer again = peer("fw1", 2000);
        again.own(4000, 6000);
        awaitTwins(again, backup);
        assertThat(backup.twinOf("fw1").size(Kind.CONNTRACK)).isEqualTo(2000);
    }

    @Test
    void shouldBelieveAnActiveWhoseWallClockWentBack() {
        TestPeer active = peer("fw1", 9000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 100);
        awaitTwins(active, backup);
        kill(active);
        TestPeer again = peer("fw1", 10);
        again.own(50, 200);
        awaitTwins(again, backup);
        assertThat(again.identity.standing().incarnation()).isGreaterThan(9000);
    }

    @Test
    void shouldHealGhostsHolesAndDifferencesInATwin() throws MalformedWireException {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 3000);
        awaitTwins(active, backup);
        spoil(backup.twinOf("fw1"));
        active.replication.announce();
        awaitTwins(active, backup);
    }

    /** 40 ghosts, 30 holes, 20 differences. */
    private static void spoil(Twin twin) throws MalformedWireException {
        twin.lock();
        try {
            for (int flow = 10_000; flow < 10_040; flow++) {
                byte[] ghost = Flows.record(Flows.flow(flow));
                twin.put(Kind.CONNTRACK, ghost, 0, ghost.length);
            }
            for (int flow = 100; flow < 130; flow++) {
                byte[] key = Flows.key(Flows.flow(flow));
                twin.remove(Kind.CONNTRACK, key, 0, key.length);
            }
            for (int flow = 200; flow < 220; flow++) {
                byte[] other = Flows.record(Flows.flow(flow, 99));
                twin.put(Kind.CONNTRACK, other, 0, other.length);
            }
        } finally {
            twin.unlock();
        }
    }

    @Test
    void shouldCountExactlyWhatDiffers() throws InterruptedException, MalformedWireException {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 3000);
        awaitTwins(active, backup);
        for (int round = 0; round < 5; round++) {
            assertThat(backup.replication.verify("fw1")).isEqualTo(OptionalInt.of(0));
            assertThat(active.replication.verify("fw2")).isEqualTo(OptionalInt.of(0));
        }
        assertThat(backup.replication.verify("fw9")).isEmpty();
        // No heartbeat may begin the repair before the count: time stands still, and what was under way is through.
        frozenAt.set(clock.nanos());
        assertThat(backup.replication.verify("fw1")).isEqualTo(OptionalInt.of(0));
        spoil(backup.twinOf("fw1"));
        assertThat(backup.replication.verify("fw1")).isEqualTo(OptionalInt.of(90));
        frozenAt.set(0);
        awaitTwins(active, backup);
    }

    @Test
    void shouldServeSeveralWhoVerifyAtOnce() throws Exception {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 3000);
        awaitTwins(active, backup);
        try (ExecutorService asking = Executors.newFixedThreadPool(4)) {
            List<Future<OptionalInt>> answers = new ArrayList<>();
            for (int asker = 0; asker < 8; asker++) {
                answers.add(asking.submit(() -> backup.replication.verify("fw1")));
            }
            for (Future<OptionalInt> answer : answers) {
                assertThat(answer.get()).isEqualTo(OptionalInt.of(0));
            }
        }
    }

    @Test
    void shouldNotKeepTheOthersWaitingForAPausedPeer() {
        TestPeer active = peer("fw1", 1000);
        TestPeer frozen = peer("fw2", 1000);
        TestPeer lively = peer("fw3", 1000);
        awaitTwins(active, frozen, lively);
        network.pause("fw2");
        // Far more than the window holds.
        for (int round = 0; round < 5; round++) {
            int first = round * 20_000;
            active.own(first, first + 20_000);
            await().atMost(Duration.ofSeconds(10)).until(() -> lively.twins(active));
        }
        assertThat(active.status("fw2").lagEntries()).isPositive();
        network.resume("fw2");
        awaitTwins(active, frozen, lively);
    }

    @Test
    void shouldHealAfterAPartition() {
        TestPeer first = peer("fw1", 1000);
        TestPeer second = peer("fw2", 1000);
        TestPeer third = peer("fw3", 1000);
        first.own(0, 2000);
        second.own(0, 300);
        awaitTwins(first, second, third);
        network.separate("fw1");
        Random random = new Random(3);
        first.change(random, 5000, 3000);
        second.change(random, 500, 400);
        awaitTwins(second, third);
        await().atMost(LONG)
                .until(() -> !second.status("fw1").up()
                        && first.replication.peers().stream().noneMatch(PeerStatus::up));
        assertThat(first.replication.request()).isZero();
        network.separate();
        awaitTwins(first, second, third);
    }

    @Test
    void shouldIgnoreAnOlderView() {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        awaitTwins(active, backup);
        active.replication.viewChanged(new View(1, List.of("fw1"), false, Set.of("fw1"), Set.of()));
        assertThat(active.status("fw2").up()).isTrue();
    }

    @Test
    void shouldDropAndCountWhatAnOlderIncarnationSends() {
        TestPeer active = peer("fw1", 5000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 10);
        awaitTwins(active, backup);
        network.inject("fw1", "fw2", piece(4999, 1, 77));
        network.inject("fw1", "fw2", piece(5000, 1, 78));
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
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
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
            network.inject("fw1", "fw2", Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)));
        }
        for (int message = 0; message < 1000; message++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            network.inject("fw1", "fw2", bytes);
        }
        await().atMost(LONG).until(() -> backup.replication.drops().getOrDefault("malformed", 0L) > 1000);
        assertThat(backup.replication.drops()).containsKeys("forged", "too-many-origins", "unknown-kind");
        // A restart of the origin outdates whatever number a forged piece left behind.
        kill(active);
        TestPeer again = peer("fw1", Long.MAX_VALUE - 1000);
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

    @Test
    void shouldSendEverythingAgainWhenTold() throws InterruptedException {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        active.own(0, 2000);
        awaitTwins(active, backup);
        long before = backup.replication.counters().getOrDefault("repairedBucketsReceived", 0L);
        active.replication.bulk();
        long buckets = (long) Kind.CONNTRACK.buckets() + Kind.EXPECTATION.buckets();
        await().atMost(LONG)
                .until(() ->
                        backup.replication.counters().getOrDefault("repairedBucketsReceived", 0L) >= before + buckets);
        assertThat(backup.replication.request()).isOne();
        await().atMost(LONG)
                .until(() -> backup.replication.counters().getOrDefault("repairedBucketsReceived", 0L)
                        >= before + 2 * buckets);
        awaitTwins(active, backup);
        assertThat(backup.replication.verify("fw1")).hasValue(0);
    }

    @Test
    void shouldGatherChangesWhileHeld() {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        awaitTwins(active, backup);
        active.replication.hold(true);
        active.own(0, 1000);
        await().during(Duration.ofMillis(300))
                .atMost(LONG)
                .until(() -> backup.twinOf("fw1").size(Kind.CONNTRACK) == 0);
        assertThat(active.internal.unsent()).isEqualTo(1000);
        active.replication.hold(false);
        awaitTwins(active, backup);
    }

    @Test
    void shouldTellRoleAndClaim() {
        TestPeer active = peer("fw1", 1000);
        TestPeer backup = peer("fw2", 1000);
        backup.replication.awaitHellos(5000);
        active.identity.standing(new Identity.Standing(RoleName.ACTIVE, 1001, 3));
        active.replication.announce();
        await().atMost(LONG).until(() -> backup.claims.contains("fw1 ACTIVE 3"));
        assertThat(backup.replication.claimOf("fw1")).isEqualTo(3);
        assertThat(backup.replication.highestClaim()).isEqualTo(3);
        assertThat(backup.replication.highestIncarnation()).isEqualTo(1001);
        assertThat(backup.replication.claimOf("nobody")).isZero();
        assertThat(backup.status("fw1").role()).isEqualTo(RoleName.ACTIVE);
        active.own(0, 10);
        awaitTwins(active, backup);
        assertThat(backup.replication.incarnationOf("fw1")).isEqualTo(1001);
    }

    @Test
    void shouldHaveNothingToSendToNobody() {
        TestPeer alone = peer("fw1", 1000);
        alone.own(0, 1000);
        await().atMost(LONG).until(() -> alone.internal.unsent() == 0);
        assertThat(alone.replication.counters().getOrDefault("sentRecords", 0L)).isZero();
        alone.close();
        alone.replication.viewChanged(new View(99, List.of("fw1", "fw2"), false, Set.of("fw2"), Set.of()));
    }
}
