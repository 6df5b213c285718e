package org.conntwin.tracker.userspace.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.sctp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.List;
import java.util.SplittableRandom;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.testing.Garbage;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Translating a packet of a flow that is bound leaves no garbage behind. */
class TranslationAllocationTest {
    private static final String A = "10.0.1.2";
    private static final String B = "10.0.9.9";

    static List<TestPacket<?>> translated() {
        return List.of(
                udp(A, 1, B, 2).payload(40),
                udp("fd00:1::2", 1, "fd00:9::9", 2).payload(40),
                tcp(A, 1, B, 2).flags("A").seq(1).ack(1).payload(40).sack(2, 3),
                sctp(A, 1, B, 2).tag(5).chunk(SctpPacket.HEARTBEAT),
                icmp(A, B, 8, 0).id(1),
                any(99, A, B));
    }

    @ParameterizedTest
    @MethodSource
    void translated(TestPacket<?> made) {
        Tracker tracker = new Scenario().tracker();
        List<NatRule> rules =
                List.of(Rules.source("10.0.1.0/24", "10.0.2.1"), Rules.source("fd00:1::/32", "fd00:2::1"));
        Translation translation = new Translation(tracker, rules, 100, new SplittableRandom(1));
        byte[] original = made.bytes();
        byte[] bytes = original.clone();
        PacketReader reader = new PacketReader(true);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();

        long garbage = Garbage.of(i -> {
            System.arraycopy(original, 0, bytes, 0, bytes.length);
            reader.read(bytes, 0, bytes.length, bytes.length, packet);
            tracker.arrive(packet, 0, i, tracking);
            translation.pass(tracking, i);
            tracker.leave(tracking, i);
            Flow flow = tracking.flow;
            if (i == 0 && flow != null) {
                flow.status |= Status.SEQ_ADJUST;
                flow.extras().originalAdjustment = new SequenceAdjustment(0, 0, 3);
                flow.extras().replyAdjustment = new SequenceAdjustment(0, 0, 3);
            }
        });

        assertThat(tracking.flow).isNotNull();
        assertThat(bytes).isNotEqualTo(original);
        assertThat(garbage).isLessThan(Garbage.NOISE);
    }
}
