package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.injector.CommitKinds;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.Heard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Traffic makes a flow while 200 are committed: it is told, or the table is read after it. */
final class EventPauseTest {
    private static final int COMMITTED = 200;
    private static final int BORN = 9_999;

    private final FakeNetwork network = new FakeNetwork(1);
    private final TestNode old = new TestNode(network, "fw1", RoleName.BACKUP, Duration.ofDays(1), false);
    private final TestNode heir = new TestNode(network, "fw2", RoleName.BACKUP, Duration.ofDays(1), false);
    private final AtomicInteger read = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger otherwise = new AtomicInteger();
    private final Heard heard = new Heard();

    @BeforeEach
    void flowsToCommit() {
        heir.roles.readings(
                new Readings(() -> 0, otherwise::incrementAndGet, waiting::incrementAndGet, read::incrementAndGet));
        heir.table.listen(heard);
        heir.table.refuse(change -> {
            if (heir.table.entry(Flows.tuple(BORN)) == null) {
                heir.table.traffic(Flows.flow(BORN));
            }
            return null;
        });
        old.learn(0, COMMITTED);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> heir.replication.peers().stream()
                        .anyMatch(peer -> peer.parity() && peer.entries() == COMMITTED));
    }

    @AfterEach
    void stop() {
        heir.close();
        old.close();
        network.close();
    }

    private void commit(int smallest) {
        heir.roles.pausing(new EventPause(heir.table, smallest));
        heir.roles.commit(CommitKinds.BOTH);
        assertThat(heir.table.entry(Flows.tuple(BORN))).isNotNull();
    }

    private void assertTold() {
        assertThat(heard.kinds()).containsExactly(EventKind.NEW);
        assertThat(waiting).hasValue(0);
        assertThat(read).hasValue(0);
    }

    @Test
    void shouldReadWhatItDidNotHear() {
        commit(COMMITTED);
        assertThat(heard.events()).isEmpty();
        assertThat(waiting).hasValue(1);
        assertThat(read).hasValue(1);
        heir.table.traffic(Flows.flow(BORN + 1));
        assertThat(heard.kinds()).as("after the commit").containsExactly(EventKind.NEW);
    }

    @Test
    void shouldHearAllWhenOnlyExpectationsAreCommitted() {
        heir.roles.pausing(new EventPause(heir.table, 1));
        heir.roles.commit(CommitKinds.EXPECTATIONS);
        assertThat(read).hasValue(0);
    }

    @Test
    void shouldHearAllWhenNothingOfThePeersIsNewer() {
        heir.roles.pausing(new EventPause(heir.table, 1));
        heir.roles.active();
        assertThat(read).hasValue(1);
        assertThat(heir.roles.commit(CommitKinds.BOTH).skipped()).isEqualTo(COMMITTED);
        assertThat(read).hasValue(1);
        assertThat(otherwise).hasValue(0);
    }

    @Test
    void shouldCommitWithEventsWhenTheTableRefusesThePause() {
        heir.table.refusePause();
        commit(COMMITTED);
        assertTold();
    }

    @Test
    void shouldReadAndReplicateAfterAPauseThatCouldNotBeEnded() {
        heir.table.broken(true);
        assertThatThrownBy(() -> commit(COMMITTED)).isInstanceOf(IllegalStateException.class);
        assertThat(read).hasValue(1);
        heir.table.broken(false);
        heir.table.resumeEvents();
        heir.table.traffic(Flows.flow(BORN + 1));
        await("changes are sent").atMost(Duration.ofSeconds(20)).until(() -> heir.internal.unsent() == 0);
    }

    @Test
    void shouldGiveNothingUpWhileEventsAreLeftOut() {
        try (TestNode node = new TestNode(network, "fw3", RoleName.BACKUP, Duration.ofMillis(50), false)) {
            node.learn(0, 10);
            node.release.suspend();
            node.release.schedule();
            await().during(Duration.ofMillis(500)).until(() -> node.internal.size(Kind.CONNTRACK) == 10);
            node.release.resume();
            await().atMost(Duration.ofSeconds(20)).until(() -> node.internal.size(Kind.CONNTRACK) == 0);
        }
    }

    @Test
    void shouldHearAllInASmallCommit() {
        commit(COMMITTED + 1);
        assertTold();
    }

    @Test
    void shouldHearAllWhenMostOfTheTableIsNotOfTheCommit() {
        for (int flow = 1_000; flow <= 1_000 + 2 * COMMITTED; flow++) {
            heir.table.silently(Flows.tuple(flow), Flows.flow(flow));
        }
        commit(COMMITTED);
        assertTold();
    }
}
