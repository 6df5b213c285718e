package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.conntwin.injector.CommitKinds;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoleKeeperTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofHours(1);

    private final FakeNetwork network = new FakeNetwork(1);
    private final Deque<TestNode> nodes = new ArrayDeque<>();

    private TestNode node(String name) {
        return node(name, RoleName.BACKUP, NEVER);
    }

    private TestNode node(String name, RoleName role, Duration purgeAfter) {
        return node(name, role, purgeAfter, false);
    }

    private TestNode node(String name, RoleName role, Duration purgeAfter, boolean through) {
        TestNode node = new TestNode(network, name, role, purgeAfter, through);
        nodes.push(node);
        return node;
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
        network.close();
    }

    private static void awaitTwin(TestNode holder, String origin, int entries) {
        await().atMost(LONG)
                .until(() -> holder.replication.peers().stream()
                        .anyMatch(peer -> peer.name().equals(origin) && peer.parity() && peer.entries() == entries));
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
        awaitTwin(heir, "fw1", 100);
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
    void shouldTakeOverTwiceWithoutHarm() {
        TestNode old = node("fw1");
        TestNode heir = node("fw2");
        old.learn(0, 50);
        awaitTwin(heir, "fw1", 50);
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
        awaitTwin(other, "fw1", 50);
        long since = frozen.standing().incarnation();
        other.roles.active();
        awaitTwin(frozen, "fw2", 50);
        other.roles.backup();
        frozen.roles.active();
        awaitTwin(frozen, "fw2", 50);

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
        awaitTwin(backup, "fw1", 50);
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
        awaitTwin(heir, "fw1", 20);
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
        awaitTwin(heir, "fw1", 20);
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
        awaitTwin(second, "fw1", 10);
        await().atMost(LONG).until(() -> second.replication.claimOf("fw1") == 1);
        network.separate("fw1");
        second.roles.active();
        assertThat(first.standing().role()).isEqualTo(RoleName.ACTIVE);
        network.separate();
        await().atMost(LONG).until(() -> first.standing().role() == RoleName.BACKUP);
        assertThat(second.standing().role()).isEqualTo(RoleName.ACTIVE);
        awaitTwin(first, "fw2", 10);
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
        TestNode first = node("fw1", RoleName.MULTI, NEVER);
        TestNode second = node("fw2", RoleName.MULTI, NEVER);
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

    @Test
    void shouldReleaseAfterThePurgeTimeOnlyWhatNothingTouched() {
        TestNode node = node("fw1", RoleName.BACKUP, Duration.ofMillis(400));
        node.roles.active();
        node.learn(0, 20);
        Tuple local = Tuple.ipv4(Protocol.TCP, 0x7f000001, 0x0a010002, 5555, 22);
        ConntrackBuilder entry = Flows.builder(1);
        entry.original = local;
        entry.reply = local.inverted();
        node.table.silently(local, Flows.built(entry));
        node.internal.event(EventKind.NEW, Flows.built(entry));

        assertThat(node.roles.backup()).isEqualTo(Duration.ofMillis(400));
        assertThat(node.standing().role()).isEqualTo(RoleName.BACKUP);
        node.learn(50, 51);
        assertThat(node.internal.size(Kind.CONNTRACK)).isEqualTo(22);
        // What came at once may have been of packets before; what goes on speaks for its flow.
        await().atMost(LONG).until(() -> {
            node.internal.event(EventKind.UPDATE, Flows.flow(7, 1));
            node.internal.event(EventKind.UPDATE, Flows.flow(50, 1));
            return node.internal.size(Kind.CONNTRACK) == 3;
        });
        await().atMost(LONG).until(() -> node.internal.size(Kind.CONNTRACK) == 3);
        assertThat(node.internal.owns(Flows.flow(7))).isTrue();
        assertThat(node.internal.owns(Flows.flow(50))).isTrue();
        assertThat(node.internal.owns(Flows.built(entry)))
                .as("a flow of the node itself")
                .isTrue();
        await().atMost(LONG).until(() -> node.table.count() == 3);
        assertThat(node.table.entry(Flows.tuple(7))).isNotNull();
        assertThat(node.table.entry(local)).isNotNull();
    }

    @Test
    void shouldNotReleaseWhenItIsActiveAgain() {
        TestNode node = node("fw1", RoleName.BACKUP, Duration.ofMillis(300));
        node.roles.active();
        node.learn(0, 20);
        node.roles.fault();
        assertThat(node.standing().role()).isEqualTo(RoleName.FAULT);
        node.roles.active();
        await().during(Duration.ofMillis(600))
                .atMost(LONG)
                .until(() -> node.internal.size(Kind.CONNTRACK) == 20 && node.table.count() == 20);
    }

    @Test
    void shouldHaveNothingToReleaseWhenItNeverWasActive() {
        TestNode node = node("fw1", RoleName.BACKUP, Duration.ofMillis(1));
        node.learn(0, 20);
        assertThat(node.roles.backup()).isEqualTo(Duration.ZERO);
        assertThat(node.roles.fault()).isEqualTo(Duration.ZERO);
        await().during(Duration.ofMillis(200)).atMost(LONG).until(() -> node.internal.size(Kind.CONNTRACK) == 20);
    }

    @Test
    void shouldLeaveInTheTableWhatAPeerHasWrittenThrough() {
        TestNode first = node("fw1", RoleName.BACKUP, Duration.ofMillis(300), true);
        TestNode second = node("fw2", RoleName.BACKUP, NEVER, true);
        first.roles.active();
        first.learn(0, 10);
        awaitTwin(second, "fw1", 10);
        second.learn(0, 5);
        awaitTwin(first, "fw2", 5);
        first.roles.backup();
        await().atMost(LONG).until(() -> first.internal.size(Kind.CONNTRACK) == 0);
        await().atMost(LONG).until(() -> first.table.count() == 5);
        assertThat(first.table.entry(Flows.tuple(2))).isNotNull();
        assertThat(first.table.entry(Flows.tuple(7))).isNull();
    }
}
