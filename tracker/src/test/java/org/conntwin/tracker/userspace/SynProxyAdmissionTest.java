package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.userspace.ProxiedTable.CLIENT;
import static org.conntwin.tracker.userspace.ProxiedTable.SERVER;
import static org.conntwin.tracker.userspace.ProxiedTable.client;
import static org.conntwin.tracker.userspace.ProxiedTable.server;

import java.util.List;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Sent;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets past the SYN proxy, and what it leaves alone. */
class SynProxyAdmissionTest {
    private final SteppedClock clock = new SteppedClock();
    private final CookieSecret secret = CookieSecret.ofName("test");
    private final ProxiedTable proxied = new ProxiedTable(clock, secret, ProxiedTable.RULE, ProxiedTable.ruleOfIpv6());

    @AfterEach
    void close() {
        proxied.close();
    }

    @Test
    void anAckWithoutACookieIsDroppedAndOtherSegmentsOfNoFlowAreInvalid() {
        assertThat(proxied.pass(client(1100, "A", 5, 99))).isNull();
        assertThat(proxied.tracking.dropped).isTrue();
        assertThat(proxied.pass(client(1100, "PA", 5, 99).payload(10))).isNull();
        assertThat(proxied.counted("cookieInvalid")).isEqualTo(2);
        for (TcpPacket packet : List.of(
                client(1100, "FA", 5, 99),
                client(1100, "R", 5, 99),
                client(1100, "SA", 5, 99),
                server(1100, "A", 5, 99),
                server(1100, "SA", 5, 99))) {
            proxied.pass(packet);
            assertThat(proxied.tracking.state).isEqualTo(PacketState.INVALID);
        }
        assertThat(proxied.sent()).isEmpty();
        assertThat(proxied.table.count()).isZero();
    }

    @Test
    void theServerMayOpenConnectionsOfItsOwn() {
        assertThat(proxied.pass(server(1100, "S", 5, 0))).isNotNull();
        assertThat(proxied.tracking.state).isEqualTo(PacketState.NEW);
        assertThat(proxied.sent()).isEmpty();
    }

    @Test
    void otherPortsAndServersAreLeftAlone() {
        assertThat(proxied.pass(Packets.tcp(CLIENT, 5, SERVER, 81).flags("S"))).isNotNull();
        assertThat(proxied.pass(Packets.tcp(CLIENT, 5, "10.3.0.1", 80).flags("A")))
                .isNotNull();
        assertThat(proxied.tracking.state).isEqualTo(PacketState.NEW);
        assertThat(proxied.sent()).isEmpty();
    }

    @Test
    void aCookieIsGoodForAMinuteAndTheNextAlsoWhenKeysChangeMeanwhile() {
        for (int minute = 0; minute < 130; minute++) {
            Sent answer = proxied.asked(client(3000 + minute, "S", 1000, 0).mss(1460));
            clock.pass(60);
            proxied.pass(client(3000 + minute, "A", 1001, answer.sequence() + 1));
            assertThat(proxied.only().flags()).isEqualTo("S");
        }
        Sent answer = proxied.asked(client(2999, "S", 1000, 0).mss(1460));
        clock.pass(121);
        proxied.pass(client(2999, "A", 1001, answer.sequence() + 1));
        assertThat(proxied.sent()).isEmpty();
        assertThat(proxied.counted("cookieInvalid")).isEqualTo(1);
    }
}
