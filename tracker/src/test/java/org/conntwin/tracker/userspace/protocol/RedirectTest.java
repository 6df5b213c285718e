package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.conntwin.tracker.testing.IcmpPacket;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.UdpPacket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects of neighbour discovery (RFC 4861, section 4.5), and what Linux 6.18 was seen to do with them. */
class RedirectTest {
    private static final String A = "fd00::1";
    private static final int TARGET_AND_DESTINATION = 32;

    private final Scenario scenario = new Scenario();

    private static UdpPacket packet() {
        return udp(A, 1, "fd00::2", 2);
    }

    private static IcmpPacket redirect(String from, int code, byte[] option) {
        return icmp(from, A, 137, code)
                .ttl(255)
                .payload(ByteBuffer.allocate(TARGET_AND_DESTINATION + option.length)
                        .position(TARGET_AND_DESTINATION)
                        .put(option)
                        .array());
    }

    private static byte[] redirected(byte[] inner) {
        return ByteBuffer.allocate(8 + inner.length)
                .put((byte) 4)
                .put((byte) ((8 + inner.length + 7) / 8))
                .position(8)
                .put(inner)
                .array();
    }

    @BeforeEach
    void knowTheFlow() {
        scenario.send(packet());
    }

    @Test
    void aRedirectIsAboutThePacketInIt() {
        byte[] whole = redirected(packet().bytes());

        assertThat(scenario.send(redirect("fe80::9", 0, whole))).isEqualTo("ACCEPT RELATED reply");
        assertThat(scenario.send(redirect("fe80::9", 0, Arrays.copyOf(whole, 8 + 44))))
                .isEqualTo("ACCEPT RELATED reply");
        assertThat(scenario.send(redirect("fe80::9", 0, Arrays.copyOf(whole, 8 + 43))))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(redirect(
                        "fe80::9", 0, redirected(udp(A, 9, "fd00::2", 2).bytes()))))
                .isEqualTo("ACCEPT INVALID -");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::9", "fec0::1", "fe00::1"})
    void onlyANeighbourRedirects(String from) {
        assertThat(scenario.send(redirect(from, 0, redirected(packet().bytes()))))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(redirect("febf::1", 0, redirected(packet().bytes()))))
                .isEqualTo("ACCEPT RELATED reply");
    }

    @Test
    void aRedirectThatPassedARouterIsInvalid() {
        assertThat(scenario.send(
                        redirect("fe80::9", 0, redirected(packet().bytes())).ttl(254)))
                .isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aCodeMakesItSomethingUnknown() {
        assertThat(scenario.send(redirect("fe80::9", 1, redirected(packet().bytes()))))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.tracker().counters().invalid).isEqualTo(1);
        assertThat(scenario.tracker().counters().icmpError).isZero();
    }

    @ParameterizedTest
    @CsvSource({"''", "04", "0400", "04000000", "0101000000000000", "0401"})
    void withoutAPacketInItItIsInvalid(String option) {
        byte[] bytes = HexFormat.of().parseHex(option);

        assertThat(scenario.send(redirect("fe80::9", 0, bytes))).isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aHeaderCutShortIsInvalid() {
        assertThat(scenario.send(icmp("fe80::9", A, 137, 0).ttl(255).payload(31)))
                .isEqualTo("ACCEPT INVALID -");
    }
}
