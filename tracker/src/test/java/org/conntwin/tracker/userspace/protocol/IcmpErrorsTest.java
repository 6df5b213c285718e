package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.gre;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.sctp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.IcmpPacket;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.testing.UdpPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors about packets of known flows, and what Linux 6.18 was seen to do with them. */
class IcmpErrorsTest {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";
    private static final String ROUTER = "10.9.9.9";
    private static final int UNREACHABLE = 3;

    private final Scenario scenario = new Scenario();

    private static UdpPacket query() {
        return udp(A, 1000, B, 53).payload(4);
    }

    private static IcmpPacket unreachable(byte[] inner) {
        return icmp(ROUTER, A, UNREACHABLE, 1).payload(inner);
    }

    @Test
    void anErrorIsRelatedInTheDirectionInWhichTheAnswerWouldCome() {
        scenario.send(query());

        assertThat(scenario.send(icmp(ROUTER, A, UNREACHABLE, 1).about(query())))
                .isEqualTo("ACCEPT RELATED reply");
        assertThat(scenario.send(icmp(ROUTER, B, UNREACHABLE, 1).about(query().reversed())))
                .isEqualTo("ACCEPT RELATED original");
    }

    @Test
    void anErrorChangesNothingAboutTheFlow() {
        scenario.send(query());
        scenario.events();

        scenario.after(20).send(icmp(ROUTER, A, UNREACHABLE, 1).about(query()));

        assertThat(scenario.events()).isEmpty();
        assertThat(scenario.table())
                .singleElement()
                .asString()
                .startsWith("udp      17 10 ")
                .contains("UNREPLIED");
    }

    @Test
    void anErrorMustGoToTheSenderOfThePacketItIsAbout() {
        scenario.send(query());

        assertThat(scenario.send(icmp(ROUTER, B, UNREACHABLE, 1).about(query())))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(icmp(B, A, UNREACHABLE, 1).about(query()))).isEqualTo("ACCEPT RELATED reply");
    }

    @Test
    void anErrorAboutAnUnknownFlowIsInvalid() {
        assertThat(scenario.send(icmp(ROUTER, A, UNREACHABLE, 1).about(query())))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.tracker().counters().icmpError).isEqualTo(1);
        assertThat(scenario.tracker().counters().invalid).isZero();
    }

    @ParameterizedTest
    @CsvSource({"3, RELATED reply", "4, RELATED reply", "5, RELATED reply", "11, RELATED reply", "12, RELATED reply"})
    void fiveTypesAreErrors(int type, String verdict) {
        scenario.send(query());

        assertThat(scenario.send(icmp(ROUTER, A, type, 0).about(query()))).isEqualTo("ACCEPT " + verdict);
        assertThat(scenario.send(icmp(ROUTER, A, type, 0).about(query()).spoiled()))
                .isEqualTo("ACCEPT INVALID -");
    }

    static List<TestPacket<?>> everyProtocol() {
        return List.of(
                tcp(A, 1, B, 2).flags("S"),
                sctp(A, 1, B, 2).init(5),
                gre(A, B),
                any(99, A, B),
                icmp(A, B, 8, 0).id(7),
                udp("fd00::1", 1, "fd00::2", 2),
                icmp("fd00::1", "fd00::2", 128, 0).id(7));
    }

    @ParameterizedTest
    @MethodSource("everyProtocol")
    void flowsOfEveryProtocolHaveErrors(TestPacket<?> packet) {
        scenario.send(packet);
        boolean six = packet.bytes()[0] >> 4 == 6;

        assertThat(scenario.send(
                        six
                                ? icmp("fd00::9", "fd00::1", 1, 0).about(packet)
                                : icmp(ROUTER, A, 3, 1).about(packet)))
                .isEqualTo("ACCEPT RELATED reply");
    }

    @ParameterizedTest
    @CsvSource({
        "32, RELATED reply",
        "28, RELATED reply",
        "24, RELATED reply",
        "23, INVALID -",
        "20, INVALID -",
        "19, INVALID -",
        "0, INVALID -"
    })
    void addressesAndPortsAreEnoughOfThePacket(int length, String verdict) {
        scenario.send(query());

        assertThat(scenario.send(unreachable(Arrays.copyOf(query().bytes(), length))))
                .isEqualTo("ACCEPT " + verdict);
    }

    @Test
    void anEchoMustBeThereWithItsWholeHeader() {
        scenario.send(icmp(A, B, 8, 0).id(5));
        byte[] inner = icmp(A, B, 8, 0).id(5).bytes();

        assertThat(scenario.send(unreachable(Arrays.copyOf(inner, 28)))).isEqualTo("ACCEPT RELATED reply");
        assertThat(scenario.send(unreachable(Arrays.copyOf(inner, 27)))).isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aFragmentBehindTheFirstHasNoPorts() {
        scenario.send(query());
        byte[] inner = query().bytes();
        inner[6] = 0x20;
        assertThat(scenario.send(unreachable(inner))).isEqualTo("ACCEPT RELATED reply");

        inner[7] = 1;

        assertThat(scenario.send(unreachable(inner))).isEqualTo("ACCEPT INVALID -");
    }

    @ParameterizedTest
    @CsvSource({"0x65, RELATED reply", "0x40, INVALID -", "0x4f, INVALID -"})
    void theVersionInsideIsNotLookedAtButTheHeaderLengthIs(String first, String verdict) {
        scenario.send(query());
        byte[] inner = query().bytes();
        inner[0] = Integer.decode(first).byteValue();

        assertThat(scenario.send(unreachable(inner))).isEqualTo("ACCEPT " + verdict);
    }

    @Test
    void anErrorAboutAnErrorIsInvalid() {
        scenario.send(query());

        assertThat(scenario.send(icmp(ROUTER, ROUTER, 11, 0)
                        .about(icmp(ROUTER, A, UNREACHABLE, 1).about(query()))))
                .isEqualTo("ACCEPT INVALID -");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 100, 127})
    void everyTypeOfIpv6BelowTheQueriesIsAnError(int type) {
        UdpPacket packet = udp("fd00::1", 1, "fd00::2", 2);
        scenario.send(packet);

        assertThat(scenario.send(icmp("fd00::9", "fd00::1", type, 0).about(packet)))
                .isEqualTo("ACCEPT RELATED reply");
        assertThat(scenario.send(icmp("fd00::9", "fd00::2", type, 0).about(packet)))
                .isEqualTo("ACCEPT INVALID -");
    }

    @ParameterizedTest
    @CsvSource({"48, RELATED reply", "44, RELATED reply", "43, INVALID -", "39, INVALID -"})
    void theSameIsEnoughInIpv6(int length, String verdict) {
        UdpPacket packet = udp("fd00::1", 1, "fd00::2", 2);
        scenario.send(packet);

        assertThat(scenario.send(icmp("fd00::9", "fd00::1", 1, 0).payload(Arrays.copyOf(packet.bytes(), length))))
                .isEqualTo("ACCEPT " + verdict);
    }

    @Test
    void extensionHeadersInsideArePassedOver() {
        UdpPacket packet = udp("fd00::1", 1, "fd00::2", 2);
        scenario.send(packet);

        packet.extensions(0, 60, 0, 1, 4, 0, 0, 0, 0, 44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 1, 0, 0, 0, 9);
        assertThat(scenario.send(icmp("fd00::9", "fd00::1", 1, 0).about(packet)))
                .isEqualTo("ACCEPT RELATED reply");
        packet.extensions(44, 17, 0, 0, 8, 0, 0, 0, 9);
        assertThat(scenario.send(icmp("fd00::9", "fd00::1", 1, 0).about(packet)))
                .isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void anErrorInAnotherZoneIsAboutAnotherFlow() {
        scenario.zone(3, Zone.Scope.BOTH).send(query());

        assertThat(scenario.send(icmp(ROUTER, A, UNREACHABLE, 1).about(query())))
                .isEqualTo("ACCEPT RELATED reply");
        assertThat(scenario.zone(0, Zone.Scope.BOTH)
                        .send(icmp(ROUTER, A, UNREACHABLE, 1).about(query())))
                .isEqualTo("ACCEPT INVALID -");
    }
}
