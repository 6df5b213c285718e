package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.userspace.ProxiedTable.ack;
import static org.conntwin.tracker.userspace.ProxiedTable.client;
import static org.conntwin.tracker.userspace.ProxiedTable.server;
import static org.conntwin.tracker.userspace.ProxiedTable.syn;
import static org.conntwin.tracker.userspace.ProxiedTable.synAck;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Sent;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A second node with the same secret goes on where the first one was. */
class SynProxyFailoverTest {
    private final SteppedClock clock = new SteppedClock();
    private final SteppedClock otherClock = new SteppedClock();
    private final ProxiedTable dead = new ProxiedTable(clock, CookieSecret.ofName("pair"), ProxiedTable.RULE);
    private final ProxiedTable successor = new ProxiedTable(otherClock, CookieSecret.ofName("pair"), ProxiedTable.RULE);

    @AfterEach
    void close() {
        dead.close();
        successor.close();
    }

    private Sent asked() {
        return dead.asked(syn(1000));
    }

    private static void goesOn(ProxiedTable table, Sent answer) {
        int cookie = answer.sequence();
        int clock = answer.timestamp();
        Sent data = table.through(
                client(1000, "PA", 1001, cookie + 1).timestamp(130, clock + 20).payload(10));
        assertThat(data.acknowledgment()).isEqualTo(70_001);
        assertThat(data.echo()).isEqualTo(900_020);
        assertThat(table.tracking.state).isEqualTo(PacketState.ESTABLISHED);
        Sent back = table.through(
                server(1000, "PA", 70_001, 1011).timestamp(900_030, 130).payload(10));
        assertThat(back.sequence()).isEqualTo(cookie + 1);
        assertThat(back.timestamp()).isEqualTo(clock + 30);
    }

    @Test
    void theAckToTheDeadNodesSynAckIsAccepted() {
        Sent answer = asked();
        // Clocks of a cluster differ by some seconds.
        otherClock.pass(-20);
        successor.pass(ack(1000, answer));
        assertThat(successor.only().flags()).isEqualTo("S");
        successor.pass(synAck(1000));
        assertThat(successor.sent()).hasSize(2);
        goesOn(successor, answer);
    }

    @Test
    void whenTheAckDiedWithTheNodeTheClientsProbeIsAccepted() {
        Sent answer = asked();
        dead.pass(ack(1000, answer));
        dead.sent();
        // The server answered a SYN that the successor knows nothing of, and says so again.
        successor.pass(synAck(1000));
        assertThat(successor.tracking.state).isEqualTo(PacketState.INVALID);
        successor.pass(client(1000, "A", 1000, answer.sequence() + 1).timestamp(116, answer.timestamp()));
        assertThat(successor.only().sequence()).isEqualTo(1000);
        successor.pass(synAck(1000));
        assertThat(successor.sent()).hasSize(2);
        goesOn(successor, answer);
    }

    @Test
    void aConnectionThatOnlyTheServerStillKnowsIsResetAndOpenedAgain() {
        Sent answer = asked();
        dead.pass(ack(1000, answer));
        dead.pass(synAck(1000));
        // Nothing of it got to the successor; the client's window is open, and it sends.
        TcpPacket data = client(1000, "PA", 1001, answer.sequence() + 1)
                .timestamp(120, answer.timestamp())
                .payload(10);
        successor.pass(data);
        assertThat(successor.only().flags()).isEqualTo("S");
        assertThat(successor.pass(server(1000, "A", 70_001, 1001).timestamp(900_010, 115)))
                .isNull();
        Sent reset = successor.only();
        assertThat(reset.flags()).isEqualTo("R");
        assertThat(reset.sequence()).isEqualTo(1001);
        assertThat(reset.destination()).isEqualTo(ProxiedTable.SERVER + ":80");
        successor.pass(data);
        assertThat(successor.only().flags()).isEqualTo("S");
        successor.pass(synAck(1000));
        assertThat(successor.sent()).hasSize(2);
        goesOn(successor, answer);
    }

    @Test
    void aHalfOpenConnectionIsOpenedByTheSuccessor() {
        Sent answer = asked();
        dead.pass(ack(1000, answer));
        Conntrack halfOpen = dead.entry(1000);
        assertThat(successor.insert(halfOpen)).isEqualTo(Outcome.DONE);
        successor.pass(synAck(1000));
        assertThat(successor.sent()).extracting(Sent::sequence).containsExactlyInAnyOrder(1001, answer.sequence() + 1);
        goesOn(successor, answer);
    }

    @Test
    void aConnectionGoesOnInMidTransferWithWindowsAndWithout() {
        Sent answer = asked();
        dead.pass(ack(1000, answer));
        dead.pass(synAck(1000));
        dead.sent();
        assertThat(successor.insert(dead.entry(1000))).isEqualTo(Outcome.DONE);
        goesOn(successor, answer);

        try (ProxiedTable liberal = new ProxiedTable(clock, CookieSecret.ofName("pair"))) {
            ConntrackBuilder entry = ConntrackBuilder.from(dead.entry(1000));
            int flags = TcpState.SACK_PERM | TcpState.BE_LIBERAL | TcpState.WINDOW_SCALE;
            entry.state = new TcpState(TcpState.ESTABLISHED, 8, 9, flags, flags);
            assertThat(liberal.insert(Objects.requireNonNull(entry.build()))).isEqualTo(Outcome.DONE);
            goesOn(liberal, answer);
        }
    }

    @Test
    void anotherClustersNodeRefuses() {
        Sent answer = asked();
        try (ProxiedTable stranger = new ProxiedTable(clock, CookieSecret.ofName("other"), ProxiedTable.RULE)) {
            stranger.pass(ack(1000, answer));
            assertThat(stranger.sent()).isEmpty();
            assertThat(stranger.counted("cookieInvalid")).isEqualTo(1);
        }
    }
}
