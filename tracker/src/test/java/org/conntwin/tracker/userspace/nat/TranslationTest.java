package org.conntwin.tracker.userspace.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.icmp;
import static org.conntwin.tracker.testing.Packets.sctp;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;
import static org.conntwin.tracker.testing.Packets.udpLite;

import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.junit.jupiter.api.Test;

final class TranslationTest {
    private static final String CLIENT = "10.0.1.2";
    private static final String SERVER = "10.0.9.9";
    private static final String GATE = "10.0.2.1";

    private final Scenario source = Rules.scenario(Rules.source("10.0.1.0/24", GATE));

    @Test
    void aSourceIsTranslatedAndItsAnswerBack() {
        assertThat(source.translated(tcp(CLIENT, 4000, SERVER, 80).flags("S").seq(1)))
                .isEqualTo("10.0.2.1:4000 > 10.0.9.9:80");
        assertThat(source.translated(
                        tcp(SERVER, 80, GATE, 4000).flags("SA").seq(9).ack(2)))
                .isEqualTo("10.0.9.9:80 > 10.0.1.2:4000");
        assertThat(source.translated(
                        tcp(CLIENT, 4000, SERVER, 80).flags("A").seq(2).ack(10).payload(99)))
                .isEqualTo("10.0.2.1:4000 > 10.0.9.9:80");
        assertThat(source.table())
                .singleElement()
                .asString()
                .contains(
                        "src=10.0.1.2 dst=10.0.9.9 sport=4000 dport=80 src=10.0.9.9 dst=10.0.2.1 sport=80 dport=4000");
    }

    @Test
    void aDestinationIsTranslatedWithItsPort() {
        Scenario scenario = Rules.scenario(Rules.destination(GATE, 17, 8080, CLIENT, 80));

        assertThat(scenario.translated(udp(SERVER, 5000, GATE, 8080).payload(3)))
                .isEqualTo("10.0.9.9:5000 > 10.0.1.2:80");
        assertThat(scenario.translated(udp(CLIENT, 80, SERVER, 5000).payload(5)))
                .isEqualTo("10.0.2.1:8080 > 10.0.9.9:5000");
        assertThat(scenario.translated(udp(SERVER, 5000, GATE, 8081).payload(3)))
                .isEqualTo("10.0.9.9:5000 > 10.0.2.1:8081");
    }

    @Test
    void bothEndsMayBeTranslated() {
        Scenario scenario =
                Rules.scenario(Rules.destination(GATE, 6, 80, CLIENT, 8000), Rules.source("10.0.9.0/24", "10.0.1.1"));

        assertThat(scenario.translated(tcp(SERVER, 5000, GATE, 80).flags("S").seq(1)))
                .isEqualTo("10.0.1.1:5000 > 10.0.1.2:8000");
        assertThat(scenario.translated(
                        tcp(CLIENT, 8000, "10.0.1.1", 5000).flags("SA").seq(9).ack(2)))
                .isEqualTo("10.0.2.1:80 > 10.0.9.9:5000");
    }

    @Test
    void everyProtocolKeepsARightChecksum() {
        assertThat(source.translated(udp(CLIENT, 53, SERVER, 53).payload(7))).isEqualTo("10.0.2.1:53 > 10.0.9.9:53");
        assertThat(source.translated(udpLite(CLIENT, 53, SERVER, 53).payload(7).summedAsUdp()))
                .isEqualTo("10.0.2.1:53 > 10.0.9.9:53");
        assertThat(source.translated(sctp(CLIENT, 5000, SERVER, 6000).tag(5).chunk(SctpPacket.HEARTBEAT)))
                .isEqualTo("10.0.2.1:5000 > 10.0.9.9:6000");
        assertThat(source.translated(icmp(CLIENT, SERVER, 8, 0).id(77))).isEqualTo("10.0.2.1 > 10.0.9.9 type 8 id 77");
        assertThat(source.translated(icmp(SERVER, GATE, 0, 0).id(77))).isEqualTo("10.0.9.9 > 10.0.1.2 type 0 id 77");
        assertThat(source.translated(any(99, CLIENT, SERVER))).isEqualTo("10.0.2.1 > 10.0.9.9");
        assertThat(source.translated(any(99, SERVER, GATE))).isEqualTo("10.0.9.9 > 10.0.1.2");
    }

    @Test
    void ipv6IsTranslatedLikeIpv4() {
        Scenario scenario = Rules.scenario(Rules.source("fd00:1::/32", "fd00:2::1"));

        assertThat(scenario.translated(tcp("fd00:1::2", 4000, "fd00:9::9", 80).flags("S")))
                .isEqualTo("fd00:2::1:4000 > fd00:9::9:80");
        assertThat(scenario.translated(udp("fd00:1::2", 4000, "fd00:9::9", 80).payload(5)))
                .isEqualTo("fd00:2::1:4000 > fd00:9::9:80");
        assertThat(scenario.translated(udp("fd00:9::9", 80, "fd00:2::1", 4000).payload(5)))
                .isEqualTo("fd00:9::9:80 > fd00:1::2:4000");
        assertThat(scenario.translated(icmp("fd00:1::2", "fd00:9::9", 128, 0).id(5)))
                .isEqualTo("fd00:2::1 > fd00:9::9 type 128 id 5");
    }

    @Test
    void aDatagramWithoutChecksumStaysWithoutOne() {
        source.send(udp(CLIENT, 53, SERVER, 53).payload(4).checksum(0));

        assertThat(source.left())
                .startsWith(0x45)
                .satisfies(bytes -> assertThat(bytes[26] | bytes[27]).isZero());
    }

    @Test
    void aFlowThatNoRuleMatchesIsBoundToWhatItHas() {
        source.send(udp("10.0.5.5", 53, SERVER, 53).payload(4));

        assertThat(flowStatus(source)).isEqualTo(0x188);
    }

    @Test
    void withoutRulesNothingIsBound() {
        Scenario scenario = Rules.scenario();
        scenario.send(udp("10.0.5.5", 53, SERVER, 53).payload(4));

        assertThat(flowStatus(scenario)).isEqualTo(0x8);
    }

    private static int flowStatus(Scenario scenario) {
        int[] status = new int[1];
        for (int bucket = 0; bucket < scenario.tracker().table().buckets(); bucket++) {
            scenario.tracker().table().visit(bucket, flow -> status[0] |= flow.status);
        }
        return status[0];
    }
}
