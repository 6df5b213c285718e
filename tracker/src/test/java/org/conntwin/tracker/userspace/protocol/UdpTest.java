package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;
import static org.conntwin.tracker.testing.Packets.udp;

import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.UdpPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux 6.18 was seen to do with the same packets. */
class UdpTest {
    private final Scenario scenario = new Scenario();

    private static UdpPacket query() {
        return udp("10.0.0.1", 1000, "10.0.0.2", 53).payload(4);
    }

    private static UdpPacket answer() {
        return query().reversed();
    }

    @Test
    void aFlowUsedWithinTwoSecondsIsAnsweredButNoStream() {
        assertThat(scenario.send(query())).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(query())).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.after(1).send(answer())).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.after(1).send(query())).isEqualTo("ACCEPT ESTABLISHED original");

        assertThat(scenario.events())
                .containsExactly(
                        "    [NEW] udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=53 [UNREPLIED] "
                                + "src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1000",
                        " [UPDATE] udp      17 30 src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=53 "
                                + "src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1000");
        assertThat(scenario.table()).singleElement().asString().startsWith("udp      17 30 ");
    }

    @Test
    void aFlowUsedTwoSecondsAfterItsFirstPacketIsAnAssuredStream() {
        scenario.send(query());
        scenario.send(answer());
        scenario.after(2).send(query());
        assertThat(scenario.table()).singleElement().asString().doesNotContain("ASSURED");
        scenario.events();

        scenario.after(0.001).send(answer());

        assertThat(scenario.events())
                .containsExactly(" [UPDATE] udp      17 120 src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=53 "
                        + "src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1000 [ASSURED]");
        scenario.send(query());
        assertThat(scenario.events()).isEmpty();
    }

    @Test
    void theFirstAnswerNeverMakesAStream() {
        scenario.send(query());
        scenario.after(10).send(answer());

        assertThat(scenario.table())
                .singleElement()
                .asString()
                .startsWith("udp      17 30 ")
                .doesNotContain("ASSURED");
    }

    @Test
    void anUnansweredFlowEndsAfterThirtySecondsWithoutAPacket() {
        scenario.send(query());
        scenario.after(29).send(query());
        scenario.after(29.9);
        assertThat(scenario.table()).hasSize(1);

        scenario.events();
        scenario.after(0.1);

        assertThat(scenario.events())
                .containsExactly("[DESTROY] udp      17 src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=53 [UNREPLIED] "
                        + "src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1000");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2", "fd00::1, fd00::2"})
    void noChecksumIsRightInBothFamiliesAndAWrongOneIsNot(String a, String b) {
        assertThat(scenario.send(udp(a, 1, b, 2).checksum(0))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(udp(a, 1, b, 3).spoiled())).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(udp(a, 1, b, 4))).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void theLengthFieldMustFitThePacket() {
        assertThat(scenario.send(query().length(7))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(query().length(13))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(query().length(0))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(query().payload(0))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(query().length(8).checksum(0))).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void aDatagramWithoutAWholeHeaderIsInvalid() {
        assertThat(scenario.send(any(17, "10.0.0.1", "10.0.0.2").payload(7))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.tracker().table().count()).isZero();
    }

    @Test
    void anInvalidDatagramOfAKnownFlowChangesNothing() {
        scenario.send(query());
        scenario.events();

        assertThat(scenario.after(20).send(answer().spoiled())).isEqualTo("ACCEPT INVALID -");

        assertThat(scenario.events()).isEmpty();
        assertThat(scenario.table())
                .singleElement()
                .asString()
                .startsWith("udp      17 10 ")
                .contains("UNREPLIED");
    }
}
