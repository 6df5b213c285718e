package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.conntwin.injector.CommitKinds;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commits after which what is owned may not be what is in the table. */
final class OverlappedCommitTest {
    private final FakeNetwork network = new FakeNetwork(1);
    private final TestNode node = new TestNode(network, "fw1", RoleName.BACKUP, Duration.ofDays(1), false);
    private final AtomicLong begun = new AtomicLong();
    private final AtomicInteger again = new AtomicInteger();
    private final AtomicInteger paused = new AtomicInteger();

    @AfterEach
    void stop() {
        node.close();
        network.close();
    }

    @Test
    void shouldHaveTheTableReadOnceMoreWhenAReadingBeganAmidACommit() {
        node.roles.readings(new Readings(begun::get, again::incrementAndGet, () -> {}, paused::incrementAndGet));
        node.roles.commit(CommitKinds.BOTH);
        assertThat(again).hasValue(0);

        node.roles.readings(
                new Readings(begun::getAndIncrement, again::incrementAndGet, () -> {}, paused::incrementAndGet));
        node.roles.commit(CommitKinds.BOTH);
        assertThat(again).hasValue(1);
        assertThat(paused).hasValue(0);
    }

    @Test
    void shouldHaveTheTableReadAfterACommitThatFailed() throws MalformedWireException {
        node.roles.readings(new Readings(begun::get, again::incrementAndGet, () -> {}, paused::incrementAndGet));
        byte[] record = Flows.record(Flows.flow(1));
        Objects.requireNonNull(node.external.twin("fw9")).put(Kind.CONNTRACK, record, 0, record.length);
        node.table.refuse(change -> {
            throw new TableException("the table is gone");
        });
        assertThatThrownBy(() -> node.roles.commit(CommitKinds.BOTH)).isInstanceOf(TableException.class);
        assertThat(again).hasValue(1);
    }
}
