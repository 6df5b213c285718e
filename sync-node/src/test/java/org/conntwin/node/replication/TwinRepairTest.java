package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.replication.TestCluster.LONG;
import static org.conntwin.node.replication.TestCluster.awaitTwins;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.fake.Flows;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twins that differ are found, counted and repaired. */
final class TwinRepairTest {
    private final TestCluster cluster = new TestCluster();

    private final TestPeer active = cluster.peer("fw1", 1000);
    private final TestPeer backup = cluster.peer("fw2", 1000);

    @BeforeEach
    void twins() {
        active.own(0, 3000);
        awaitTwins(active, backup);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void shouldHealGhostsHolesAndDifferencesInATwin() throws MalformedWireException {
        spoil(backup.twinOf("fw1"));
        active.replication.announce();
        awaitTwins(active, backup);
    }

    @Test
    void shouldCompareWhateverPieceOfTheAnswerIsLost() throws InterruptedException {
        cluster.network.lose(0.01, 0.01);
        for (int round = 0; round < 30; round++) {
            assertThat(backup.replication.verify("fw1")).hasValue(0);
        }
    }

    @Test
    void shouldCountExactlyWhatDiffers() throws InterruptedException, MalformedWireException {
        for (int round = 0; round < 5; round++) {
            assertThat(backup.replication.verify("fw1")).isEqualTo(OptionalInt.of(0));
            assertThat(active.replication.verify("fw2")).isEqualTo(OptionalInt.of(0));
        }
        assertThat(backup.replication.verify("fw9")).isEmpty();
        // No heartbeat may begin the repair before the count: time stands still, and what was under way is through.
        cluster.freeze();
        assertThat(backup.replication.verify("fw1")).isEqualTo(OptionalInt.of(0));
        spoil(backup.twinOf("fw1"));
        assertThat(backup.replication.verify("fw1")).isEqualTo(OptionalInt.of(90));
        cluster.thaw();
        awaitTwins(active, backup);
    }

    @Test
    void shouldServeSeveralWhoVerifyAtOnce() throws Exception {
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
    void shouldSendEverythingAgainWhenTold() throws InterruptedException {
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
}
