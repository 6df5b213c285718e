package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.gre;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.pptpGre;
import static org.conntwin.tracker.testing.Packets.sctp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;
import static org.conntwin.tracker.testing.Packets.udpLite;

import java.util.List;
import org.conntwin.tracker.testing.Garbage;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A packet of an established flow leaves no garbage behind, in whatever zone. */
class AllocationTest {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";

    static List<TestPacket<?>> established() {
        return List.of(
                udp(A, 1, B, 2).payload(40),
                udp("fd00::1", 1, "fd00::2", 2),
                udpLite(A, 1, B, 2).summedAsUdp(),
                tcp(A, 1, B, 2).flags("A").seq(1).ack(1),
                sctp(A, 1, B, 2).tag(5).chunk(SctpPacket.HEARTBEAT),
                icmp(A, B, 8, 0).id(1),
                icmp("fd00::1", "fd00::2", 128, 0).id(1),
                gre(A, B),
                pptpGre(A, B, 7),
                any(99, A, B));
    }

    @ParameterizedTest
    @MethodSource
    void established(TestPacket<?> made) {
        Tracker tracker = new Scenario().tracker();
        byte[] bytes = made.bytes();
        PacketReader reader = new PacketReader(true);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();

        long garbage = Garbage.of(i -> {
            reader.read(bytes, 0, bytes.length, bytes.length, packet);
            tracker.arrive(packet, 9, i, tracking);
            tracker.leave(tracking, i);
        });

        assertThat(tracking.flow).isNotNull();
        assertThat(garbage).isLessThan(Garbage.NOISE);
    }
}
