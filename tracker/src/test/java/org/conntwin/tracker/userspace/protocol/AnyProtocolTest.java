package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.any;

import org.conntwin.tracker.testing.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnyProtocolTest {
    private final Scenario scenario = new Scenario();

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 41, 50, 89, 103, 253, 255})
    void aProtocolWithoutRulesIsAFlowOfItsNumberBetweenTwoAddresses(int protocol) {
        assertThat(scenario.send(any(protocol, "10.0.0.1", "10.0.0.2").payload(3)))
                .isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(any(protocol, "10.0.0.2", "10.0.0.1"))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(scenario.table())
                .containsExactly(
                        "unknown  " + protocol + " 600 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1 mark=0");
    }

    @Test
    void numbersDoNotMix() {
        scenario.send(any(98, "10.0.0.1", "10.0.0.2"));

        assertThat(scenario.send(any(99, "10.0.0.2", "10.0.0.1"))).isEqualTo("ACCEPT NEW original");
    }

    @Test
    void itIsNeverAssuredAndEndsTenMinutesAfterItsLastPacket() {
        scenario.send(any(99, "fd00::1", "fd00::2"));
        scenario.after(500).send(any(99, "fd00::2", "fd00::1"));
        scenario.after(500).send(any(99, "fd00::1", "fd00::2"));
        assertThat(scenario.after(599).table()).singleElement().asString().doesNotContain("ASSURED");

        assertThat(scenario.after(1).table()).isEmpty();
    }
}
