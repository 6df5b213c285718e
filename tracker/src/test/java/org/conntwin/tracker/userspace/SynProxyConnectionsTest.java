package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.userspace.ProxiedTable.ack;
import static org.conntwin.tracker.userspace.ProxiedTable.client;
import static org.conntwin.tracker.userspace.ProxiedTable.server;
import static org.conntwin.tracker.userspace.ProxiedTable.syn;

import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.testing.Sent;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of connections behind the SYN proxy: asked again, refused, reset, opened anew. */
class SynProxyConnectionsTest {
    private final SteppedClock clock = new SteppedClock();
    private final CookieSecret secret = CookieSecret.ofName("test");
    private final ProxiedTable proxied = new ProxiedTable(clock, secret, ProxiedTable.RULE, ProxiedTable.ruleOfIpv6());

    @AfterEach
    void close() {
        proxied.close();
    }

    private void connectedAndClosed() {
        Sent first = proxied.connected(1000);
        int cookie = first.sequence();
        proxied.through(client(1000, "FA", 1001, cookie + 1).timestamp(120, first.timestamp()));
        proxied.through(server(1000, "FA", 70_001, 1002).timestamp(900_010, 120));
        proxied.through(client(1000, "A", 1002, cookie + 2).timestamp(125, first.timestamp() + 10));
    }

    /** The client's next handshake from the same port, up to the SYN that the server gets; the proxy's answer. */
    private Sent begunAnew() {
        Sent answer = proxied.asked(syn(1000).seq(500_000));
        proxied.pass(client(1000, "A", 500_001, answer.sequence() + 1).timestamp(215, answer.timestamp()));
        assertThat(proxied.only().sequence()).isEqualTo(500_000);
        return answer;
    }

    @Test
    void aClientThatAsksAgainMakesTheProxyAskTheServerAgain() {
        Sent answer = proxied.asked(syn(1000));
        proxied.pass(ack(1000, answer));
        Sent first = proxied.only();
        // A keep-alive, or a probe of the closed window: one number lower.
        assertThat(proxied.pass(client(1000, "A", 1000, answer.sequence() + 1).timestamp(116, answer.timestamp())))
                .isNull();
        Sent probe = proxied.only();
        assertThat(probe.sequence()).isEqualTo(first.sequence());
        assertThat(probe.options()).isEqualTo(first.options());
        assertThat(proxied.pass(client(1000, "PA", 1001, answer.sequence() + 1).timestamp(117, answer.timestamp())))
                .isNull();
        assertThat(proxied.only().sequence()).isEqualTo(1000);
        assertThat(proxied.counted("cookieRetrans")).isEqualTo(2);
        assertThat(proxied.table.count()).isEqualTo(1);
    }

    @Test
    void aServerThatRefusesIsBelievedByTheClient() {
        Sent answer = proxied.asked(syn(1000));
        proxied.pass(ack(1000, answer));
        proxied.sent();
        Sent reset = proxied.through(server(1000, "RA", 0, 1001).window(0));
        assertThat(reset.sequence()).isEqualTo(answer.sequence() + 1);
        assertThat(reset.acknowledgment()).isEqualTo(1001);
        assertThat(proxied.find(1000)).isNull();
    }

    @Test
    void aResetInTheMiddleOfAConnectionStandsWhereTheClientExpectsIt() {
        Sent answer = proxied.connected(1000);
        proxied.through(server(1000, "PA", 70_001, 1001).timestamp(900_010, 115).payload(20));
        assertThat(proxied.through(server(1000, "R", 70_021, 0).window(0)).sequence())
                .isEqualTo(answer.sequence() + 21);
    }

    @Test
    void aClosedConnectionIsReopened() {
        Sent first = proxied.connected(1000);
        proxied.through(server(1000, "R", 70_001, 0).window(0));
        assertThat(proxied.entry(1000).state())
                .isInstanceOfSatisfying(
                        TcpState.class, tcp -> assertThat(tcp.state()).isEqualTo(TcpState.CLOSE));
        clock.pass(1);
        Sent answer = begunAnew();
        assertThat(answer.sequence()).isNotEqualTo(first.sequence());
        assertThat(proxied.counted("connReopened")).isEqualTo(1);
        proxied.pass(
                server(1000, "SA", 170_000, 500_001).timestamp(950_000, 215).windowScale(9));
        assertThat(proxied.sent()).hasSize(2);
        Sent data = proxied.through(client(1000, "PA", 500_001, answer.sequence() + 1)
                .timestamp(220, answer.timestamp())
                .payload(5));
        assertThat(data.acknowledgment()).isEqualTo(170_001);
        assertThat(data.echo()).isEqualTo(950_000);
    }

    @Test
    void aConnectionThatEndedWellMakesRoomForANewOneOfTheSamePorts() {
        connectedAndClosed();
        Sent answer = begunAnew();
        proxied.pass(
                server(1000, "SA", 170_000, 500_001).timestamp(950_000, 215).windowScale(9));
        assertThat(proxied.sent()).hasSize(2);
        assertThat(proxied.entry(1000).synProxy())
                .isEqualTo(new SynProxyOffsets(answer.sequence(), answer.timestamp(), 950_000 - answer.timestamp()));
    }

    @Test
    void aClientThatBeganAnewIsConnectedWhenTheServerBeganAnewToo() {
        Sent first = proxied.connected(1000);
        Sent answer = begunAnew();
        // The old connection would go on, if it did.
        Sent old = proxied.through(server(1000, "A", 70_001, 1001).timestamp(900_003, 115));
        assertThat(old.sequence()).isEqualTo(first.sequence() + 1);
        assertThat(old.timestamp()).isEqualTo(first.timestamp() + 3);
        proxied.pass(client(1000, "A", 500_001, answer.sequence() + 1).timestamp(216, answer.timestamp()));
        proxied.sent();
        proxied.pass(
                server(1000, "SA", 170_000, 500_001).timestamp(950_000, 215).windowScale(9));
        assertThat(proxied.sent()).extracting(Sent::sequence).containsExactlyInAnyOrder(500_001, answer.sequence() + 1);
        assertThat(proxied.through(server(1000, "PA", 170_001, 500_001)
                                .timestamp(950_004, 215)
                                .payload(3))
                        .sequence())
                .isEqualTo(answer.sequence() + 1);
    }

    @Test
    void anAckWithACookieIsOfTheNextConnectionWhereTheLastOneIsOverEvenIfItFitsItsWindows() {
        connectedAndClosed();
        Sent answer = proxied.asked(syn(1000).seq(900));
        proxied.pass(client(1000, "A", 901, answer.sequence() + 1).timestamp(215, answer.timestamp()));
        assertThat(proxied.only().sequence()).isEqualTo(900);
    }
}
