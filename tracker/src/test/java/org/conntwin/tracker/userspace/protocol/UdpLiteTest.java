package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.udpLite;

import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.UdpPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux 6.18 was seen to do with the same packets. */
class UdpLiteTest {
    private final Scenario scenario = new Scenario();

    private static UdpPacket packet() {
        return udpLite("10.0.0.1", 1000, "10.0.0.2", 5004).payload(12).summedAsUdp();
    }

    @Test
    void aFlowIsAssuredWithTheFirstPacketBehindTheAnswer() {
        scenario.send(packet());
        assertThat(scenario.send(packet().reversed())).isEqualTo("ACCEPT ESTABLISHED reply");
        scenario.events();

        scenario.send(packet());

        assertThat(scenario.events())
                .containsExactly(" [UPDATE] udplite  136 120 src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=5004 "
                        + "src=10.0.0.2 dst=10.0.0.1 sport=5004 dport=1000 [ASSURED]");
    }

    @ParameterizedTest
    @CsvSource({
        "0, NEW original",
        "8, NEW original",
        "9, NEW original",
        "20, NEW original",
        "7, INVALID -",
        "21, INVALID -"
    })
    void theCoverageIsTheHeaderAtLeastAndThePacketAtMost(int coverage, String verdict) {
        assertThat(scenario.send(packet().length(coverage))).isEqualTo("ACCEPT " + verdict);
    }

    @Test
    void theSumCoversWhatTheCoverageSays() {
        UdpPacket covered = packet().length(10);
        byte[] payload = new byte[12];
        payload[0] = 0;
        payload[1] = 1;

        assertThat(scenario.send(covered.payload(payload))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(packet().length(10).spoiled())).isEqualTo("ACCEPT INVALID -");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2", "fd00::1, fd00::2"})
    void aSumIsNeededAndIsThatOfUdp(String a, String b) {
        assertThat(scenario.send(udpLite(a, 1, b, 2).checksum(0))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(udpLite(a, 1, b, 2))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(udpLite(a, 1, b, 2).summedAsUdp())).isEqualTo("ACCEPT NEW original");
    }
}
