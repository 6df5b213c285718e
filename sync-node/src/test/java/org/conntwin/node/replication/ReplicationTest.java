package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.replication.TestCluster.LONG;
import static org.conntwin.node.replication.TestCluster.awaitTwins;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.conntwin.node.channel.View;
import org.conntwin.node.fake.Flows;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Twins follow their origins through changes, restarts and takeovers. */
final class ReplicationTest {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void shouldBringAChangeToThePeer() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 2000);
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

    @Test
    void shouldFillABackupThatJoinsLate() {
        TestPeer active = cluster.peer("fw1", 1000);
        active.own(0, 20_000);
        TestPeer backup = cluster.peer("fw2", 1000);
        awaitTwins(active, backup);
        cluster.kill(backup);
        active.own(20_000, 21_000);
        awaitTwins(active, cluster.peer("fw2", 2000));
    }

    @Test
    void shouldDropWhatARestartedActiveNoLongerHas() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
        active.own(0, 5000);
        awaitTwins(active, backup);
        cluster.kill(active);
        await().atMost(LONG).until(() -> !backup.status("fw1").up());
        assertThat(backup.status("fw1").parity()).isFalse();
        assertThat(backup.twinOf("fw1").size(Kind.CONNTRACK))
                .as("kept for a takeover")
                .isEqualTo(5000);
        TestPeer again = cluster.peer("fw1", 2000);
        again.own(4000, 6000);
        awaitTwins(again, backup);
        assertThat(backup.twinOf("fw1").size(Kind.CONNTRACK)).isEqualTo(2000);
    }

    @Test
    void shouldBelieveAnActiveWhoseWallClockWentBack() {
        TestPeer active = cluster.peer("fw1", 9000);
        TestPeer backup = cluster.peer("fw2", 1000);
        active.own(0, 100);
        awaitTwins(active, backup);
        cluster.kill(active);
        TestPeer again = cluster.peer("fw1", 10);
        again.own(50, 200);
        awaitTwins(again, backup);
        assertThat(again.identity.standing().incarnation()).isGreaterThan(9000);
    }

    @Test
    void shouldGatherChangesWhileHeld() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
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
    void shouldTakeBackThatChangesWaitBeforeTheNextHeartbeatIsDue() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
        awaitTwins(active, backup);
        active.replication.hold(true);
        active.own(0, 20);
        cluster.freeze();
        active.replication.announce();
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(backup.status("fw1").lagEntries()).isEqualTo(20));
        active.replication.hold(false);
        await().atMost(LONG).until(() -> backup.twins(active));
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(backup.status("fw1").lagEntries()).isZero());
        cluster.thaw();
    }

    @Test
    void shouldTellRoleAndClaim() {
        TestPeer active = cluster.peer("fw1", 1000);
        TestPeer backup = cluster.peer("fw2", 1000);
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
        TestPeer alone = cluster.peer("fw1", 1000);
        alone.own(0, 1000);
        await().atMost(LONG).until(() -> alone.internal.unsent() == 0);
        assertThat(alone.replication.counters().getOrDefault("sentRecords", 0L)).isZero();
        alone.close();
        alone.replication.viewChanged(new View(99, List.of("fw1", "fw2"), false, Set.of("fw2"), Set.of()));
    }
}
