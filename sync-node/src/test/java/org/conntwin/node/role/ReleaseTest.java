package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.role.TestNodes.LONG;
import static org.conntwin.node.role.TestNodes.awaitTwin;

import java.time.Duration;
import org.conntwin.node.fake.Flows;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReleaseTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final TestNodes nodes = new TestNodes();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void shouldReleaseAfterThePurgeTimeOnlyWhatNothingTouched() {
        TestNode node = nodes.node("fw1", RoleName.BACKUP, Duration.ofMillis(400));
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
        TestNode node = nodes.node("fw1", RoleName.BACKUP, Duration.ofMillis(300));
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
        TestNode node = nodes.node("fw1", RoleName.BACKUP, Duration.ofMillis(1));
        node.learn(0, 20);
        assertThat(node.roles.backup()).isEqualTo(Duration.ZERO);
        assertThat(node.roles.fault()).isEqualTo(Duration.ZERO);
        await().during(Duration.ofMillis(200)).atMost(LONG).until(() -> node.internal.size(Kind.CONNTRACK) == 20);
    }

    @Test
    void shouldLeaveInTheTableWhatAPeerHasWrittenThrough() {
        TestNode first = nodes.node("fw1", RoleName.BACKUP, Duration.ofMillis(300), true);
        TestNode second = nodes.node("fw2", RoleName.BACKUP, NEVER, true);
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
