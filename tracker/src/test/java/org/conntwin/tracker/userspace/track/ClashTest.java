package org.conntwin.tracker.userspace.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.gre;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.sctp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;
import static org.conntwin.tracker.testing.Packets.udpLite;

import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.testing.UdpPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets that arrive before the first packet of their flow has left (kernel: {@code nf_ct_resolve_clash}). */
class ClashTest {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";

    private final Scenario scenario = new Scenario(TrackerSettings.LINUX.withAccounting(true));

    private static UdpPacket query() {
        return udp(A, 1, B, 2).payload(4);
    }

    static List<TestPacket<?>> mayClash() {
        return List.of(query(), udpLite(A, 1, B, 2).summedAsUdp(), gre(A, B), any(99, A, B));
    }

    @ParameterizedTest
    @MethodSource
    void mayClash(TestPacket<?> packet) {
        Tracking first = scenario.arrive(packet);
        Tracking second = scenario.arrive(packet);
        assertThat(second.flow).isNotSameAs(first.flow);

        assertThat(scenario.leave(second)).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.leave(first)).isEqualTo("ACCEPT NEW original");

        assertThat(first.flow).isSameAs(second.flow);
        assertThat(scenario.events()).hasSize(1);
        assertThat(scenario.tracker().counters().clashResolved).isEqualTo(1);
        Flow flow = Objects.requireNonNull(first.flow);
        assertThat(Objects.requireNonNull(flow.extras).originalPackets).isEqualTo(2);
        assertThat(flow.extras.originalBytes).isEqualTo(2L * packet.bytes().length);
        assertThat(scenario.tracker().table().broken()).isNull();
    }

    static List<TestPacket<?>> mayNotClash() {
        return List.of(
                tcp(A, 1, B, 2).flags("S"),
                sctp(A, 1, B, 2).init(5),
                icmp(A, B, 8, 0).id(3));
    }

    @ParameterizedTest
    @MethodSource
    void mayNotClash(TestPacket<?> packet) {
        Tracking first = scenario.arrive(packet);
        Tracking second = scenario.arrive(packet);

        assertThat(scenario.leave(first)).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.leave(second)).isEqualTo("DROP NEW original");

        assertThat(scenario.events()).hasSize(1);
        assertThat(scenario.tracker().counters().insertFailed).isEqualTo(1);
        assertThat(scenario.send(packet)).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void bothSidesMayBeginAtOnce() {
        Tracking here = scenario.arrive(query());
        Tracking there = scenario.arrive(query().reversed());

        assertThat(scenario.leave(here)).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.leave(there)).isEqualTo("ACCEPT NEW original");

        assertThat(there.flow).isSameAs(here.flow);
        assertThat(scenario.table()).hasSize(1);
        assertThat(scenario.send(query().reversed())).isEqualTo("ACCEPT ESTABLISHED reply");
    }

    @Test
    void aFlowTranslatedOtherwiseIsFoundByItsAnswersForASecond() {
        scenario.send(query());
        scenario.events();
        Tracking later = later("10.0.0.9");

        assertThat(scenario.leave(later)).isEqualTo("ACCEPT NEW original");

        assertThat(scenario.events()).isEmpty();
        assertThat(scenario.table()).hasSize(1);
        assertThat(scenario.tracker().table().count()).isEqualTo(2);
        assertThat(scenario.tracker().table().broken()).isNull();
        assertThat(Objects.requireNonNull(later.flow).status)
                .isEqualTo(Status.CONFIRMED | Status.FIXED_TIMEOUT | Flow.NAT_CLASH);
        assertThat(scenario.send(query())).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(udp("10.0.0.9", 2, A, 1))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.after(0.9).send(udp("10.0.0.9", 2, A, 1))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(later.flow.has(Status.ASSURED)).isFalse();

        assertThat(scenario.after(0.1).tracker().table().count()).isEqualTo(1);
        assertThat(scenario.tracker().table().broken()).isNull();
        assertThat(scenario.send(udp("10.0.0.9", 2, A, 1))).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void aFlowWhoseAnswersAreTakenByAnotherIsDropped() {
        scenario.send(query());
        scenario.send(udp("10.0.0.9", 2, A, 1));
        Tracking later = later("10.0.0.9");

        assertThat(scenario.leave(later)).isEqualTo("DROP NEW original");

        assertThat(scenario.tracker().table().count()).isEqualTo(2);
        assertThat(scenario.tracker().counters().insertFailed).isEqualTo(1);
    }

    /** A packet that came when its flow was not there yet, and was then translated to another server. */
    private Tracking later(String server) {
        Scenario before = new Scenario();
        Tracking later = before.arrive(query());
        Flow flow = Objects.requireNonNull(later.flow);
        Tuple reply = flow.reply();
        long address = Tuple.ipv4(17, 0, 0x0a000009, 0, 0).destinationLow();
        assertThat(server).isEqualTo("10.0.0.9");
        flow.answerWith(new Tuple(
                reply.family(),
                reply.protocol(),
                0,
                address,
                reply.destinationHigh(),
                reply.destinationLow(),
                reply.sourceKey(),
                reply.destinationKey()));
        return later;
    }
}
