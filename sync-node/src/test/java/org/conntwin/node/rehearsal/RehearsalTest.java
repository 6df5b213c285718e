package org.conntwin.node.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RehearsalTest {
    private static final Rehearsal.Scale SMALL = new Rehearsal.Scale(1_500, 2_000);

    private static CommitReport run(boolean liberal, ReplicationFilter filter) throws Exception {
        return new Rehearsal(ProtocolTimeouts.LINUX, liberal, filter, SMALL, Clock.SYSTEM).run();
    }

    private static void assertAllCommitted(CommitReport report) {
        assertThat(report.entries()).isEqualTo(SMALL.flows());
        assertThat(report.updated()).isEqualTo(SMALL.flows());
        assertThat(report.failed()).isZero();
        assertThat(report.causes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCommitEveryInventedFlow(boolean liberal) throws Exception {
        assertAllCommitted(run(liberal, ReplicationFilter.EVERYTHING));
    }

    @Test
    void shouldCommitThemAlsoOnANodeThatReplicatesNoneOfTheKind() throws Exception {
        NodeConfig.Filter elsewhere = new NodeConfig.Filter(Set.of(), List.of(), Set.of(), Set.of(7));
        assertAllCommitted(run(
                true,
                new ReplicationFilter(
                        new NodeConfig.Sync(
                                true,
                                new NodeConfig.Expectations(true, Set.of()),
                                NodeConfig.TcpWindow.LIBERAL,
                                elsewhere,
                                Duration.ofMinutes(1)),
                        List.of(InetAddress.getLoopbackAddress()))));
    }

    @Test
    void shouldReplicateWhatBeginsAndWhatEnds() throws Exception {
        try (RehearsalTable table = new RehearsalTable(ProtocolTimeouts.LINUX);
                RehearsedPair pair = new RehearsedPair(table, ReplicationFilter.EVERYTHING, 3_000, Clock.SYSTEM)) {
            pair.start();
            pair.begin(3_000);
            assertThat(pair.external().size(Kind.CONNTRACK)).isEqualTo(3_000);
            pair.end(3_000);
            assertThat(pair.external().size(Kind.CONNTRACK)).isZero();
        }
    }

    @Test
    void shouldBeLeftOutWhereItWouldTakeTheRoomOfFlows() {
        assertThat(Rehearsal.Scale.within(16_000_000)).isEqualTo(Rehearsal.Scale.FULL);
        assertThat(Rehearsal.Scale.within(80_000)).isEqualTo(new Rehearsal.Scale(5_000, 10_000));
        assertThat(Rehearsal.Scale.within(80_000).useful()).isTrue();
        assertThat(Rehearsal.Scale.within(30_000).useful()).isFalse();
        assertThat(Rehearsal.Scale.within(0).useful()).isFalse();
    }

    @Test
    void shouldEndWithItsNode() {
        System.setProperty(Rehearsal.PROPERTY, "3600");
        try {
            Rehearsal rehearsal = Rehearsal.later(
                    ProtocolTimeouts.LINUX, true, ReplicationFilter.EVERYTHING, 1_000_000, Clock.SYSTEM);
            assertThat(rehearsing()).isTrue();
            rehearsal.close();
            await().atMost(Duration.ofSeconds(20)).until(() -> !rehearsing());
            System.setProperty(Rehearsal.PROPERTY, "0");
            Rehearsal.later(ProtocolTimeouts.LINUX, true, ReplicationFilter.EVERYTHING, 1_000_000, Clock.SYSTEM)
                    .close();
            assertThat(rehearsing()).isFalse();
        } finally {
            System.setProperty(Rehearsal.PROPERTY, "0"); // as the build has it for all tests
        }
    }

    private static boolean rehearsing() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("rehearsal"));
    }
}
