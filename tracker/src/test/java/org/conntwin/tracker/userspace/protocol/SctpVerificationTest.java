package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.SctpPacket.ABORT;
import static org.conntwin.tracker.testing.SctpPacket.COOKIE_ACK;
import static org.conntwin.tracker.testing.SctpPacket.COOKIE_ECHO;
import static org.conntwin.tracker.testing.SctpPacket.DATA;
import static org.conntwin.tracker.testing.SctpPacket.HEARTBEAT;
import static org.conntwin.tracker.testing.SctpPacket.HEARTBEAT_ACK;
import static org.conntwin.tracker.testing.SctpPacket.SHUTDOWN_COMPLETE;

import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.SctpPacket;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Verification tags, collisions and heartbeats of SCTP, and what Linux 6.18 was seen to do with the same packets. */
class SctpVerificationTest {
    private static final int A = 0x11;
    private static final int B = 0x22;
    private static final int X = 0x33;
    private static final int REFLECTED = 1;

    private final Scenario scenario = new Scenario();

    /** From the side that sends first, with the tag that is right there once both are known. */
    private static SctpPacket here() {
        return Packets.sctp("10.0.0.1", 5000, "10.0.0.2", 3868).tag(B);
    }

    private static SctpPacket there() {
        return here().reversed().tag(A);
    }

    private void establish() {
        scenario.send(here().tag(0).init(A));
        scenario.send(there().initAck(B));
        scenario.send(here().chunk(COOKIE_ECHO, 1));
        scenario.send(there().chunk(COOKIE_ACK));
    }

    private @Nullable ProtocolState state() {
        Flow flow = scenario.tracker().table().find(Tuple.ipv4(132, 0x0a000001, 0x0a000002, 5000, 3868), Zone.DEFAULT);
        return flow == null || flow.state == null ? null : flow.state.model();
    }

    @Test
    void aTagThatIsNotTheDirectionsIsInvalid() {
        establish();

        assertThat(scenario.send(here().tag(A).chunk(DATA, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(there().tag(0).chunk(DATA, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(there().chunk(DATA, 1))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(state()).isEqualTo(new SctpState(SctpState.ESTABLISHED, B, A));
    }

    @Test
    void whoReflectsATagSaysSo() {
        establish();

        assertThat(scenario.send(here().tag(A).chunk(ABORT))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(here().flagged(ABORT, REFLECTED))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(here().tag(A).flagged(SHUTDOWN_COMPLETE, REFLECTED)))
                .isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(here().tag(A).flagged(ABORT, REFLECTED))).isEqualTo("ACCEPT ESTABLISHED original");
    }

    @Test
    void theCookieHasTheTagOfTheInitAck() {
        scenario.send(here().tag(0).init(A));
        scenario.send(there().initAck(B));

        assertThat(scenario.send(here().tag(X).chunk(COOKIE_ECHO, 1))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(here().chunk(COOKIE_ECHO, 1))).isEqualTo("ACCEPT ESTABLISHED original");
    }

    @Test
    void ofInitsFromBothSidesTheOneThatIsAnsweredCounts() {
        scenario.send(here().tag(0).init(A));
        assertThat(scenario.send(there().tag(0).init(B))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(scenario.send(here().initAck(X))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(here().initAck(A))).isEqualTo("ACCEPT ESTABLISHED original");
    }

    @Test
    void anInitThatAsksForTheKnownTagIsNoNews() {
        scenario.send(here().tag(0).init(A));
        scenario.send(there().tag(0).init(0));

        assertThat(scenario.send(there().initAck(X))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(state()).isEqualTo(new SctpState(SctpState.COOKIE_WAIT, X, A));
    }

    @Test
    void anInitAckThatNobodyAskedForMustHaveTheKnownTag() {
        scenario.send(here().chunk(HEARTBEAT, 1));
        scenario.send(there().chunk(HEARTBEAT, 1));
        scenario.send(here().tag(0).init(A));

        assertThat(scenario.send(there().initAck(X))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(there().initAck(B))).isEqualTo("ACCEPT ESTABLISHED reply");
    }

    @Test
    void aDelayedInitAckOfAnAssociationThatCollidedIsInvalid() {
        scenario.send(here().tag(0).init(A));
        scenario.after(0.2).send(there().tag(0).init(B));
        scenario.send(here().initAck(A));
        scenario.send(there().chunk(COOKIE_ECHO, 1));

        assertThat(scenario.send(there().initAck(X))).isEqualTo("ACCEPT INVALID -");

        assertThat(scenario.send(here().chunk(COOKIE_ACK))).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(there().chunk(DATA, 1))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(state()).isEqualTo(new SctpState(SctpState.CLOSED, B, A));
    }

    @Test
    void aDelayedInitIsPassedAndWhatAnswersItFits() {
        scenario.send(there().tag(0).init(B));
        scenario.send(here().initAck(A));
        assertThat(scenario.send(here().tag(0).init(A))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.send(there().initAck(B))).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(there().chunk(COOKIE_ECHO, 1))).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.send(here().chunk(COOKIE_ACK))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(scenario.table()).singleElement().asString().contains(" ESTABLISHED ", "[ASSURED]");
    }

    @Test
    void aHeartbeatOpensAnotherPath() {
        assertThat(scenario.send(here().chunk(HEARTBEAT, 1))).isEqualTo("ACCEPT NEW original");
        assertThat(state()).isEqualTo(new SctpState(SctpState.HEARTBEAT_SENT, B, 0));

        assertThat(scenario.send(there().chunk(HEARTBEAT_ACK, 1))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(state()).isEqualTo(new SctpState(SctpState.ESTABLISHED, B, A));
        assertThat(scenario.table())
                .singleElement()
                .asString()
                .startsWith("sctp     132 210 ")
                .contains("[ASSURED]");
    }

    @Test
    void whatIsNoHeartbeatDoesNotAnswerOne() {
        scenario.send(here().chunk(HEARTBEAT, 1));

        assertThat(scenario.send(there().tag(0).chunk(DATA, 1))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.send(there().tag(0).init(X))).isEqualTo("ACCEPT INVALID -");
        assertThat(state()).isEqualTo(new SctpState(SctpState.HEARTBEAT_SENT, B, 0));
    }

    @Test
    void aHeartbeatWithAStrangeTagPassesAndItsAnswerTeachesTheNewTags() {
        establish();
        scenario.after(100);

        assertThat(scenario.send(here().tag(X).chunk(HEARTBEAT, 1))).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(scenario.table()).singleElement().asString().startsWith("sctp     132 110 ");
        assertThat(scenario.send(there().tag(X + 1).chunk(HEARTBEAT_ACK, 1))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(state()).isEqualTo(new SctpState(SctpState.ESTABLISHED, 0, X + 1));
        assertThat(scenario.send(here().tag(X).chunk(HEARTBEAT, 1))).isEqualTo("ACCEPT ESTABLISHED original");
        assertThat(state()).isEqualTo(new SctpState(SctpState.ESTABLISHED, X, X + 1));
    }

    @Test
    void theAnswerToNoStrangeHeartbeatMustHaveTheKnownTag() {
        establish();
        assertThat(scenario.send(there().tag(X).chunk(HEARTBEAT_ACK, 1))).isEqualTo("ACCEPT INVALID -");

        scenario.send(here().tag(X).chunk(HEARTBEAT, 1));
        assertThat(scenario.send(here().tag(X).chunk(HEARTBEAT_ACK, 1))).isEqualTo("ACCEPT INVALID -");
        scenario.send(here().chunk(HEARTBEAT, 1));
        assertThat(scenario.send(there().tag(X).chunk(HEARTBEAT_ACK, 1))).isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aStrangeHeartbeatPassesOnlyAlone() {
        establish();

        assertThat(scenario.send(here().tag(X).chunk(HEARTBEAT, 1).chunk(DATA, 1)))
                .isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(here().tag(X).chunk(HEARTBEAT, 1).chunk(HEARTBEAT, 1)))
                .isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aFlowFromOutsideGoesOnWithItsTags() {
        SctpTracker tracker = new SctpTracker(ProtocolTimeouts.LINUX.sctp(), true);

        assertThat(tracker.restore(new SctpState(SctpState.SHUTDOWN_SENT, B, A)).model())
                .isEqualTo(new SctpState(SctpState.SHUTDOWN_SENT, B, A));
        assertThat(tracker.restore(null).model()).isEqualTo(new SctpState(SctpState.NONE, 0, 0));
        assertThat(tracker.restore(new SctpState(77, B, A)).model())
                .isEqualTo(new SctpState(SctpState.HEARTBEAT_SENT, B, A));
    }
}
