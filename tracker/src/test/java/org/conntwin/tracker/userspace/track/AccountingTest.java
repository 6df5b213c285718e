package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.gre;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.sctp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.junit.jupiter.api.Test;

/** Counters and times that flows keep when the settings say so. */
class AccountingTest {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";
    private static final long SECOND = 1_000_000_000L;
    private static final TrackerSettings KEEPING =
            TrackerSettings.LINUX.withAccounting(true).withTimestamps(true);

    private final Scenario scenario = new Scenario(KEEPING);

    private Accounting counted(TestPacket<?> packet) {
        Flow flow = Objects.requireNonNull(scenario.arrive(packet).flow);
        return Objects.requireNonNull(flow.entry(scenario.now()).accounting());
    }

    @Test
    void packetsAndTheirIpLengthsAreCountedByDirection() {
        scenario.send(udp(A, 1, B, 2).payload(10));
        scenario.send(udp(A, 1, B, 2).payload(20));
        scenario.send(udp(B, 2, A, 1).payload(5).ipOptions(1, 1, 1, 1));

        assertThat(counted(udp(B, 2, A, 1))).isEqualTo(new Accounting(2, 38 + 48, 2, 37 + 28));
    }

    @Test
    void whatIsNotTheFlowsIsNotCounted() {
        scenario.send(udp(A, 1, B, 2));
        scenario.send(udp(A, 1, B, 2).spoiled());
        scenario.send(icmp("10.9.9.9", A, 3, 1).about(udp(A, 1, B, 2)));

        assertThat(counted(udp(B, 2, A, 1))).isEqualTo(new Accounting(1, 28, 1, 28));
    }

    @Test
    void everyProtocolCounts() {
        scenario.send(icmp(A, B, 8, 0).id(1).payload(56));
        scenario.send(gre(A, B));
        scenario.send(sctp(A, 1, B, 2).tag(3).chunk(SctpPacket.HEARTBEAT));
        scenario.send(tcp(A, 1, B, 2).flags("S").seq(1));

        assertThat(counted(icmp(B, A, 0, 0).id(1).payload(56))).isEqualTo(new Accounting(1, 84, 1, 84));
        assertThat(counted(gre(B, A))).isEqualTo(new Accounting(1, 28, 1, 28));
        assertThat(counted(sctp(B, 2, A, 1).tag(4).chunk(SctpPacket.HEARTBEAT_ACK)))
                .isEqualTo(new Accounting(1, 36, 1, 36));
        assertThat(counted(tcp(B, 2, A, 1).flags("SA").seq(9).ack(2))).isEqualTo(new Accounting(1, 40, 1, 40));
    }

    @Test
    void aHeartbeatWithAStrangeTagIsNotCounted() {
        scenario.send(sctp(A, 1, B, 2).tag(3).chunk(SctpPacket.HEARTBEAT));
        scenario.send(sctp(A, 1, B, 2).tag(9).chunk(SctpPacket.HEARTBEAT));

        assertThat(counted(sctp(B, 2, A, 1).tag(4).chunk(SctpPacket.HEARTBEAT)))
                .isEqualTo(new Accounting(1, 36, 1, 36));
    }

    @Test
    void theLastEventOfAFlowHasItsCountersAndTimes() {
        List<Conntrack> destroyed = new ArrayList<>();
        Tracker tracker = new Tracker(KEEPING, new EventSink() {
            @Override
            public void conntrack(EventKind kind, Conntrack entry, long time) {
                assertThat(entry.timestamps() != null).isEqualTo(kind == EventKind.DESTROY);
                if (kind == EventKind.DESTROY) {
                    destroyed.add(entry);
                }
            }

            @Override
            public void expectation(EventKind kind, Expectation expectation, long time) {}
        });
        tracker.wallClock(1_700_000_000 * SECOND);
        byte[] bytes = udp(A, 1, B, 2).bytes();
        Packet packet = new Packet();
        new PacketReader(true).read(bytes, 0, bytes.length, bytes.length, packet);
        Tracking tracking = new Tracking();

        tracker.arrive(packet, 0, 5 * SECOND, tracking);
        tracker.leave(tracking, 6 * SECOND);
        tracker.expire(100 * SECOND, 1_000);

        assertThat(destroyed).singleElement().satisfies(entry -> {
            assertThat(entry.accounting()).isEqualTo(new Accounting(1, 28, 0, 0));
            assertThat(entry.timestamps()).isEqualTo(new Timestamps(1_700_000_005 * SECOND, 1_700_000_036 * SECOND));
        });
    }

    @Test
    void nothingIsKeptUnlessAskedFor() {
        Scenario plain = new Scenario();

        Flow flow = Objects.requireNonNull(plain.arrive(udp(A, 1, B, 2)).flow);

        assertThat(flow.extras).isNull();
    }
}
