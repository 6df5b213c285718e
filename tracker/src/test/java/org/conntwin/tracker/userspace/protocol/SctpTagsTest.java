package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.SctpPacket.*;

import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.junit.jupiter.api.Test;

/** Which tags a flow learns from which packets, as Linux 6.18 was seen to do it. */
final class SctpTagsTest {
    private static final String INVALID = "ACCEPT INVALID -";
    private static final String FORTH = "ACCEPT ESTABLISHED original";
    private static final String BACK = "ACCEPT ESTABLISHED reply";
    private static final int CLIENT_TAG = 0x1111;
    private static final int SERVER_TAG = 0x2222;

    private final Scenario scenario = new Scenario();

    @Test
    void anInitThatRepeatsTheKnownTagBeginsNoHandshake() {
        establish();
        assertThat(scenario.send(forth(0).init(CLIENT_TAG))).isEqualTo(FORTH);
        assertThat(scenario.send(back(CLIENT_TAG).initAck(0x3333))).isEqualTo(INVALID);
    }

    @Test
    void anInitWithAnotherTagBeginsOne() {
        establish();
        assertThat(scenario.send(forth(0).init(0x4444))).isEqualTo(FORTH);
        assertThat(scenario.send(back(0x4444).initAck(0x3333))).isEqualTo(BACK);
    }

    @Test
    void theFirstInitBeginsOneWhateverFollows() {
        scenario.send(forth(0).init(CLIENT_TAG));
        scenario.send(back(CLIENT_TAG).initAck(SERVER_TAG));
        assertThat(scenario.send(back(CLIENT_TAG).initAck(0x3333))).isEqualTo(BACK);
    }

    @Test
    void aHeartbeatAckOutOfTheBlueTeachesNoTagOfTheOtherSide() {
        scenario.send(forth(SERVER_TAG).chunk(HEARTBEAT_ACK));
        assertThat(scenario.send(back(CLIENT_TAG).chunk(HEARTBEAT_ACK))).isEqualTo(BACK);
    }

    @Test
    void aShutdownAckOutOfTheBlueWantsItsTagBack() {
        scenario.send(forth(SERVER_TAG).chunk(SHUTDOWN_ACK));
        assertThat(scenario.send(back(CLIENT_TAG).chunk(HEARTBEAT_ACK))).isEqualTo(INVALID);
        assertThat(scenario.send(back(SERVER_TAG).chunk(SHUTDOWN_COMPLETE))).isEqualTo(BACK);
    }

    private void establish() {
        scenario.send(forth(0).init(CLIENT_TAG));
        scenario.send(back(CLIENT_TAG).initAck(SERVER_TAG));
        scenario.send(forth(SERVER_TAG).chunk(COOKIE_ECHO));
        assertThat(scenario.send(back(CLIENT_TAG).chunk(COOKIE_ACK))).isEqualTo(BACK);
    }

    private static SctpPacket forth(int tag) {
        return Packets.sctp("10.0.0.1", 5_000, "10.0.0.2", 3_868).tag(tag);
    }

    private static SctpPacket back(int tag) {
        return Packets.sctp("10.0.0.2", 3_868, "10.0.0.1", 5_000).tag(tag);
    }
}
