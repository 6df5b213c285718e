package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.SctpPacket.ABORT;
import static org.conntwin.tracker.testing.SctpPacket.COOKIE_ACK;
import static org.conntwin.tracker.testing.SctpPacket.COOKIE_ECHO;
import static org.conntwin.tracker.testing.SctpPacket.DATA;
import static org.conntwin.tracker.testing.SctpPacket.ERROR;
import static org.conntwin.tracker.testing.SctpPacket.SACK;
import static org.conntwin.tracker.testing.SctpPacket.SHUTDOWN;
import static org.conntwin.tracker.testing.SctpPacket.SHUTDOWN_ACK;
import static org.conntwin.tracker.testing.SctpPacket.SHUTDOWN_COMPLETE;

import java.util.List;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.junit.jupiter.api.Test;

/** The life of an SCTP association, and what Linux 6.18 was seen to do with the same packets. */
class SctpAssociationTest {
    /** The tag of packets from the client, which the server chose, and the other way round. */
    private static final int FROM_CLIENT = 0x11223344;

    private static final int FROM_SERVER = 0xaabbccdd;
    private static final String TUPLES =
            "src=10.0.0.1 dst=10.0.0.2 sport=5000 dport=3868 src=10.0.0.2 dst=10.0.0.1 " + "sport=3868 dport=5000";

    private final Scenario scenario = new Scenario();

    private static SctpPacket client() {
        return Packets.sctp("10.0.0.1", 5000, "10.0.0.2", 3868).tag(FROM_CLIENT);
    }

    private static SctpPacket server() {
        return client().reversed().tag(FROM_SERVER);
    }

    private void establish() {
        scenario.send(client().tag(0).init(FROM_SERVER));
        scenario.send(server().initAck(FROM_CLIENT));
        scenario.send(client().chunk(COOKIE_ECHO, 1, 2, 3));
        scenario.send(server().chunk(COOKIE_ACK));
    }

    private List<String> states() {
        return scenario.events().stream()
                .map(line -> line.strip().replaceAll("\\s+", " ").replaceFirst(" src=.*?( \\[ASSURED])?$", "$1"))
                .toList();
    }

    @Test
    void anAssociationIsOpenedUsedAndClosed() {
        establish();
        assertThat(scenario.send(client().chunk(DATA, 1, 2).chunk(DATA, 3))).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(server().chunk(SACK, 1, 2, 3, 4))).isEqualTo("ACCEPT ESTABLISHED reply");
        scenario.send(client().chunk(SHUTDOWN, 0, 0, 0, 1));
        scenario.send(server().chunk(SHUTDOWN_ACK));
        scenario.send(client().chunk(SHUTDOWN_COMPLETE));

        assertThat(states())
                .containsExactly(
                        "[NEW] sctp 132 10 CLOSED",
                        "[UPDATE] sctp 132 3 COOKIE_WAIT",
                        "[UPDATE] sctp 132 3 COOKIE_ECHOED",
                        "[UPDATE] sctp 132 210 ESTABLISHED [ASSURED]",
                        "[UPDATE] sctp 132 3 SHUTDOWN_SENT [ASSURED]",
                        "[UPDATE] sctp 132 3 SHUTDOWN_ACK_SENT [ASSURED]",
                        "[UPDATE] sctp 132 10 CLOSED [ASSURED]");
        assertThat(scenario.table()).containsExactly("sctp     132 10 CLOSED " + TUPLES + " [ASSURED] mark=0");
    }

    @Test
    void theServerMayCloseToo() {
        establish();
        scenario.events();

        scenario.send(server().chunk(SHUTDOWN, 0, 0, 0, 1));
        scenario.send(client().chunk(SHUTDOWN_ACK));
        scenario.send(server().chunk(SHUTDOWN_COMPLETE));

        assertThat(states())
                .containsExactly(
                        "[UPDATE] sctp 132 3 SHUTDOWN_RECD [ASSURED]",
                        "[UPDATE] sctp 132 3 SHUTDOWN_ACK_SENT [ASSURED]",
                        "[UPDATE] sctp 132 10 CLOSED [ASSURED]");
    }

    @Test
    void anAbortClosesFromEitherSide() {
        establish();
        assertThat(scenario.send(server().chunk(ABORT))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(scenario.table()).singleElement().asString().contains(" 10 CLOSED ");
    }

    @Test
    void theCookieMayTravelWithDataButMustBeFirst() {
        scenario.send(client().tag(0).init(FROM_SERVER));
        scenario.send(server().initAck(FROM_CLIENT));

        assertThat(scenario.send(client().chunk(DATA, 1).chunk(COOKIE_ECHO, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().chunk(COOKIE_ECHO, 1).chunk(DATA, 1)))
                .isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(server().chunk(SACK, 1).chunk(COOKIE_ACK))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(server().chunk(COOKIE_ACK).chunk(SACK, 1))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.table()).singleElement().asString().contains(" 210 ESTABLISHED ");
    }

    @Test
    void initAndInitAckAndShutdownCompleteStandAlone() {
        assertThat(scenario.send(client().tag(0).init(FROM_SERVER).chunk(DATA, 1)))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().tag(0).chunk(ERROR).init(FROM_SERVER)))
                .isEqualTo("ACCEPT INVALID -");
        scenario.send(client().tag(0).init(FROM_SERVER));
        assertThat(scenario.send(server().initAck(FROM_CLIENT).chunk(99))).isEqualTo("ACCEPT INVALID -");
        establish();
        assertThat(scenario.send(client().chunk(SHUTDOWN_COMPLETE).chunk(ERROR)))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().chunk(SHUTDOWN_COMPLETE).payload(3)))
                .isEqualTo("ACCEPT ESTABLISHED original");
    }

    @Test
    void nothingBeginsWithAnAbortACookieOrData() {
        assertThat(scenario.send(client().chunk(ABORT))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().chunk(SHUTDOWN_COMPLETE))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().chunk(COOKIE_ACK))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().chunk(COOKIE_ECHO, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().chunk(DATA, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client())).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().init(FROM_SERVER))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().tag(0).chunk(SctpPacket.INIT, 1, 2, 3)))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.tracker().table().count()).isZero();
    }

    @Test
    void aShutdownAckOutOfTheBlueIsAFlow() {
        assertThat(scenario.send(client().chunk(SHUTDOWN_ACK))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(server().tag(FROM_CLIENT).chunk(SHUTDOWN_COMPLETE)))
                .isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(states()).containsExactly("[NEW] sctp 132 3 SHUTDOWN_ACK_SENT", "[UPDATE] sctp 132 10 CLOSED");
    }

    @Test
    void anInitSentAgainDoesNotProlongTheFlow() {
        scenario.send(client().tag(0).init(FROM_SERVER));

        assertThat(scenario.after(6).send(client().tag(0).init(FROM_SERVER))).isEqualTo("ACCEPT NEW original");

        assertThat(scenario.table()).singleElement().asString().startsWith("sctp     132 4 CLOSED ");
    }

    @Test
    void dataProlongsAnEstablishedFlowWhateverItsChunks() {
        establish();
        scenario.after(200).send(client().chunk(DATA, 1));
        scenario.after(200).send(server().chunk(193, 1));

        assertThat(scenario.table()).singleElement().asString().startsWith("sctp     132 210 ESTABLISHED ");
    }

    @Test
    void aWrongChecksumOrNoWholeHeaderIsInvalid() {
        assertThat(scenario.send(client().tag(0).init(FROM_SERVER).spoiled())).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(Packets.any(132, "10.0.0.1", "10.0.0.2").payload(11)))
                .isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aChunkThatTellsNoLengthIsInvalidAndOneThatTellsTooMuchIsTheLast() {
        establish();

        assertThat(scenario.send(client().sized(DATA, 0, 0, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(client().sized(DATA, 0, 65_535, 1).chunk(ABORT)))
                .isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(client().sized(DATA, 0, 1).sized(DATA, 0, 3)))
                .isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.table()).singleElement().asString().contains("ESTABLISHED");
    }
}
