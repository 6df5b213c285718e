package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.conntwin.injector.CommitKinds;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Unread;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoleKeeperTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofHours(1);

    private final TestNodes nodes = new TestNodes();
    private final FakeNetwork network = nodes.network;

    private TestNode node(String name) {
        return nodes.node(name, RoleName.BACKUP, NEVER);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void shouldCommitOwnAndClaimWhenItTakesOver() {
        TestNode old = node("fw1");
        TestNode heir = node("fw2");
        old.learn(0, 100);
        old.internal.event(EventKind.NEW, Flows.expectation(1));
        old.replication.wake();
        old.roles.active();
        assertThat(old.standing().role()).isEqualTo(RoleName.ACTIVE);
        assertThat(old.standing().claim()).isOne();
        TestNodes.awaitTwin(heir, "fw1", 100);
        await().atMost(LONG).until(() -> heir.external.size(Kind.EXPECTATION) == 1);
        await().atMost(LONG).until(() -> heir.replication.claimOf("fw1") == 1);
        network.kill("fw1");

        long before = heir.standing().incarnation();
        CommitReport report = heir.roles.active();
        assertThat(report.entries()).isEqualTo(100);
        assertThat(report.expectations()).isOne();
        assertThat(report.created()).isEqualTo(101);
        assertThat(report.failed()).isZero();
        assertThat(heir.table.count()).isEqualTo(100);
        assertThat(heir.table.expectations()).hasSize(1);
        assertThat(heir.internal.size(Kind.CONNTRACK)).isEqualTo(100);
        assertThat(heir.internal.size(Kind.EXPECTATION)).isOne();
        assertThat(heir.external.size(Kind.CONNTRACK))
                .as("the external cache is left as it is")
                .isEqualTo(100);
        assertThat(heir.standing().role()).isEqualTo(RoleName.ACTIVE);
        assertThat(heir.standing().claim()).as("above all others").isEqualTo(2);
        assertThat(heir.standing().incarnation()).isGreaterThan(before);
        assertThat(Known.known(heir.roles.lastCommit()).report()).isEqualTo(report);
        Conntrack committed = Known.known(heir.table.entry(Flows.tuple(1)));
        assertThat(committed.timeoutSeconds())
                .as("the full lifetime of its state")
                .isEqualTo(432_000);
    }

    @Test
    void shouldHandOnWhatANewerNodeToldAndItCannotRead() {
        TestNode newer = node("fw1");
        TestNode older = node("fw2");
        TestNode next = node("fw3");
        ConntrackBuilder told = Flows.builder(1);
        told.unread = new Unread(new byte[] {(byte) 0xc8, 0x3e, 1}, 0, 3);
        newer.internal.event(EventKind.NEW, Flows.built(told));
        newer.replication.wake();
        TestNodes.awaitTwin(older, "fw1", 1);
        network.kill("fw1");

        older.roles.active();
        older.internal.event(EventKind.UPDATE, Flows.flow(1, 7));
        older.replication.wake();
        TestNodes.awaitTwin(next, "fw2", 1);
        Known.known(next.external.twin("fw1")).flush(Kind.CONNTRACK);
        next.roles.active();
        told.mark = 7;
        assertThat(Known.known(next.table.entry(Flows.tuple(1))).unread()).isEqualTo(told.unread);
        assertThat(Known.known(next.table.entry(Flows.tuple(1))).mark()).isEqualTo(7);
    }

    @Test
    void shouldCommitAllButOwnOnlyWhatItReplicates() {
        TestNode old = node("fw1");
        TestNode heir = node("fw2");
        old.learn(0, 30);
        old.internal.event(EventKind.NEW, Flows.expectation(1));
        old.replication.wake();
        TestNodes.awaitTwin(heir, "fw1", 30);
        await().atMost(LONG).until(() -> heir.external.size(Kind.EXPECTATION) == 1);
        heir.roles.filter(new ReplicationFilter(
                new NodeConfig.Sync(
                        true,
                        new NodeConfig.Expectations(false, Set.of()),
                        NodeConfig.TcpWindow.LIBERAL,
                        new NodeConfig.Filter(Set.of(Protocol.TCP), List.of(), Set.of(), Set.of()),
                        Duration.ofSeconds(60)),
                List.of()));
        heir.internal.event(EventKind.NEW, Flows.flow(3));

        CommitReport report = heir.roles.active();
        assertThat(report.failed()).isZero();
        assertThat(heir.table.count()).isEqualTo(30);
        assertThat(heir.table.expectations()).hasSize(1);
        assertThat(heir.internal.size(Kind.CONNTRACK)).as("TCP").isEqualTo(20);
        assertThat(heir.internal.owns(Flows.flow(3)))
                .as("UDP, owned before by mistake")
                .isFalse();
        assertThat(heir.internal.size(Kind.EXPECTATION)).isZero();
    }

    @Test
    void shouldTakeOverTwiceWithoutHarm() {
        TestNode old = node("fw1");
        TestNode heir = node("fw2");
        old.learn(0, 50);
        TestNodes.awaitTwin(heir, "fw1", 50);
        heir.roles.active();
        long claim = heir.standing().claim();
        heir.internal.event(EventKind.UPDATE, Flows.flow(3, 33));
        CommitReport again = heir.roles.active();
        assertThat(again.created()).isZero();
        assertThat(again.failed()).isZero();
        assertThat(again.updated() + again.skipped()).isEqualTo(50);
        assertThat(again.skipped())
                .as("what is owned under the higher claim is newer")
                .isEqualTo(50);
        assertThat(heir.table.count()).isEqualTo(50);
        assertThat(heir.standing().claim()).isGreaterThan(claim);
        CommitReport kinds = heir.roles.commit(CommitKinds.EXPECTATIONS);
        assertThat(kinds.entries() + kinds.skipped()).isZero();
    }

    @Test
    void shouldTakeTheCopiesOfWhoCarriedTheFlowsWhileItWasFrozen() {
        TestNode frozen = node("fw1");
        TestNode other = node("fw2");
        frozen.learn(0, 50);
        frozen.roles.active();
        TestNodes.awaitTwin(other, "fw1", 50);
        long since = frozen.standing().incarnation();
        other.roles.active();
        TestNodes.awaitTwin(frozen, "fw2", 50);
        other.roles.backup();
        frozen.roles.active();
        TestNodes.awaitTwin(frozen, "fw2", 50);

        assertThat(frozen.roles.commit(CommitKinds.BOTH).skipped())
                .as("by their claims its own copies are the newer ones")
                .isEqualTo(50);
        CommitReport report = frozen.roles.commit(CommitKinds.BOTH, since);
        assertThat(report.skipped()).isZero();
        assertThat(report.updated() + report.created()).isEqualTo(50);
    }

    @Test
    void shouldCommitWhileStillBackupAndOwnIt() {
        TestNode old = node("fw1");
        TestNode backup = node("fw2");
        old.learn(0, 50);
        old.roles.active();
        TestNodes.awaitTwin(backup, "fw1", 50);
        await().atMost(LONG).until(() -> backup.replication.claimOf("fw1") == 1);
        assertThat(backup.roles.commit(CommitKinds.BOTH).created()).isEqualTo(50);
        assertThat(backup.roles.commit(CommitKinds.BOTH).updated())
                .as("the active one's copy still wins")
                .isEqualTo(50);
        assertThat(backup.standing().role()).isEqualTo(RoleName.BACKUP);
        assertThat(backup.internal.size(Kind.CONNTRACK)).isEqualTo(50);
        assertThat(old.standing().role()).isEqualTo(RoleName.ACTIVE);
    }

    @Test
    void shouldNotOwnWhatTheTableRefused() {
        TestNode old = node("fw1");
        TestNode heir = node("fw2");
        old.learn(0, 20);
        TestNodes.awaitTwin(heir, "fw1", 20);
        heir.table.refuse(change -> change instanceof TableChange.Insert(var entry)
                        && entry.original().equals(Flows.tuple(5))
                ? Outcome.TABLE_FULL
                : null);
        CommitReport report = heir.roles.active();
        assertThat(report.failed()).isOne();
        assertThat(report.causes()).containsKey(Outcome.TABLE_FULL.meaning());
        assertThat(heir.internal.owns(Flows.flow(5))).isFalse();
        assertThat(heir.internal.size(Kind.CONNTRACK)).isEqualTo(19);
        assertThat(heir.standing().role()).isEqualTo(RoleName.ACTIVE);
    }

    @Test
    void shouldStayBackupWhenTheTableCannotBeUsed() {
        TestNode old = node("fw1");
        TestNode heir = node("fw2");
        old.learn(0, 20);
        TestNodes.awaitTwin(heir, "fw1", 20);
        heir.table.refuse(change -> {
            throw new TableException("no table");
        });
        assertThatThrownBy(heir.roles::active).isInstanceOf(TableException.class);
        assertThat(heir.standing().role()).isEqualTo(RoleName.BACKUP);
        heir.table.refuse(null);
        heir.internal.event(EventKind.NEW, Flows.flow(900));
        heir.replication.wake();
        await("sending goes on").atMost(LONG).until(() -> heir.internal.unsent() == 0);
        assertThat(heir.roles.active().entries()).isPositive();
    }

    @Test
    void shouldYieldToAHigherClaimOnly() {
        TestNode first = node("fw1");
        TestNode second = node("fw2");
        await().atMost(LONG).until(() -> first.replication.peers().size() == 1);
        first.roles.active();
        await().atMost(LONG).until(() -> second.replication.claimOf("fw1") == 1);
        first.roles.claimed("fw2", RoleName.ACTIVE, 1);
        first.roles.claimed("fw2", RoleName.ACTIVE, 0);
        first.roles.claimed("fw2", RoleName.BACKUP, 9);
        first.roles.claimed("fw2", RoleName.MULTI, 9);
        second.roles.active();
        await().atMost(LONG).until(() -> first.standing().role() == RoleName.BACKUP);
        assertThat(first.standing().claim()).isZero();
        assertThat(second.standing().role()).isEqualTo(RoleName.ACTIVE);
        assertThat(second.standing().claim()).isEqualTo(2);
        await().atMost(LONG).until(() -> second.replication.claimOf("fw1") == 0);
        assertThat(second.standing().role()).isEqualTo(RoleName.ACTIVE);
    }

    @Test
    void shouldYieldAfterAPartitionInWhichTheOtherTookOver() {
        TestNode first = node("fw1");
        TestNode second = node("fw2");
        first.learn(0, 10);
        first.roles.active();
        TestNodes.awaitTwin(second, "fw1", 10);
        await().atMost(LONG).until(() -> second.replication.claimOf("fw1") == 1);
        network.separate("fw1");
        second.roles.active();
        assertThat(first.standing().role()).isEqualTo(RoleName.ACTIVE);
        network.separate();
        await().atMost(LONG).until(() -> first.standing().role() == RoleName.BACKUP);
        assertThat(second.standing().role()).isEqualTo(RoleName.ACTIVE);
        TestNodes.awaitTwin(first, "fw2", 10);
    }

    @Test
    void shouldLeaveOneActiveWhenBothClaimedApart() {
        TestNode first = node("fw1");
        TestNode second = node("fw2");
        await().atMost(LONG).until(() -> !first.replication.peers().isEmpty());
        network.separate("fw1");
        first.roles.active();
        second.roles.active();
        assertThat(first.standing().claim()).isEqualTo(second.standing().claim());
        network.separate();
        await().atMost(LONG).until(() -> second.standing().role() == RoleName.BACKUP);
        assertThat(first.standing().role()).isEqualTo(RoleName.ACTIVE);
    }

    @Test
    void shouldNotFenceNodesThatAreActiveTogether() {
        TestNode first = nodes.node("fw1", RoleName.MULTI, NEVER);
        TestNode second = nodes.node("fw2", RoleName.MULTI, NEVER);
        await().atMost(LONG).until(() -> first.replication.peers().size() == 1);
        first.roles.active();
        second.roles.active();
        first.roles.claimed("fw2", RoleName.MULTI, 99);
        first.roles.claimed("fw2", RoleName.ACTIVE, 99);
        await().during(Duration.ofMillis(200))
                .atMost(LONG)
                .until(() -> first.standing().role() == RoleName.MULTI
                        && second.standing().role() == RoleName.MULTI);
    }

    @Test
    void shouldStartAsBackupBesideAnActivePeer() {
        TestNode first = node("fw1");
        assertThat(first.roles.activeAtStart()).isTrue();
        assertThat(first.standing().role()).isEqualTo(RoleName.ACTIVE);
        TestNode second = node("fw2");
        second.replication.awaitHellos(10_000);
        await().atMost(LONG).until(() -> second.replication.claimOf("fw1") == 1);
        assertThat(second.roles.activeAtStart()).isFalse();
        assertThat(second.standing().role()).isEqualTo(RoleName.BACKUP);
    }
}
