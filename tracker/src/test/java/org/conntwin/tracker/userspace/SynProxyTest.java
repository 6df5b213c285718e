package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.userspace.ProxiedTable.CLIENT;
import static org.conntwin.tracker.userspace.ProxiedTable.SERVER;
import static org.conntwin.tracker.userspace.ProxiedTable.client;
import static org.conntwin.tracker.userspace.ProxiedTable.server;

import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Sent;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The SYN proxy, segment by segment, with the values that Linux 6.18 was seen to use. */
class SynProxyTest {
    private static final String FROM_CLIENT = CLIENT + ":1000";
    private static final String FROM_SERVER = SERVER + ":80";

    private final SteppedClock clock = new SteppedClock();
    private final CookieSecret secret = CookieSecret.ofName("test");
    private final ProxiedTable proxied = new ProxiedTable(clock, secret, ProxiedTable.RULE, ProxiedTable.ruleOfIpv6());

    @AfterEach
    void close() {
        proxied.close();
    }

    private static TcpPacket syn(int port) {
        return client(port, "S", 1000, 0)
                .window(29_200)
                .mss(1460)
                .sackPermitted()
                .timestamp(111, 0)
                .windowScale(8);
    }

    /** A SYN whose answer is given back. */
    private Sent asked(TcpPacket syn) {
        assertThat(proxied.pass(syn)).isNull();
        return proxied.only();
    }

    /** A client's connection up to the server's answer; the cookie. */
    private Sent connected(int port) {
        Sent answer = asked(syn(port));
        proxied.pass(client(port, "A", 1001, answer.sequence() + 1).timestamp(115, answer.timestamp()));
        proxied.pass(server(port, "SA", 70_000, 1001)
                .mss(1400)
                .sackPermitted()
                .timestamp(900_000, 115)
                .windowScale(9));
        proxied.sent();
        return answer;
    }

    @Test
    void aSynIsAnsweredWithACookieAndNothingIsKept() {
        Sent answer = asked(syn(1000));
        assertThat(answer.source()).isEqualTo(FROM_SERVER);
        assertThat(answer.destination()).isEqualTo(FROM_CLIENT);
        assertThat(answer.flags()).isEqualTo("SA");
        assertThat(answer.acknowledgment()).isEqualTo(1001);
        assertThat(answer.window()).isZero();
        assertThat(answer.options()).containsExactly("mss 1460", "sackOK", "ts", "nop", "scale 7");
        assertThat(answer.echo()).isEqualTo(111);
        assertThat(answer.timestamp() & 0x3f).isEqualTo(8 | 1 << 4);
        assertThat(proxied.table.count()).isZero();
        assertThat(proxied.counted("synReceived")).isEqualTo(1);
    }

    @Test
    void theAckThatBringsTheCookieBackBecomesASynToTheServerWithTheClientsOptions() {
        Sent answer = asked(syn(1000));
        assertThat(proxied.pass(client(1000, "A", 1001, answer.sequence() + 1).timestamp(115, answer.timestamp())))
                .isNull();

        Sent syn = proxied.only();
        assertThat(syn.source()).isEqualTo(FROM_CLIENT);
        assertThat(syn.destination()).isEqualTo(FROM_SERVER);
        assertThat(syn.flags()).isEqualTo("S");
        assertThat(syn.sequence()).isEqualTo(1000);
        assertThat(syn.acknowledgment()).isEqualTo(answer.sequence());
        assertThat(syn.window()).isEqualTo(500);
        assertThat(syn.options()).containsExactly("mss 1460", "sackOK", "ts", "nop", "scale 8");
        assertThat(syn.timestamp()).isEqualTo(115);
        assertThat(syn.echo()).isEqualTo(answer.timestamp());
        Conntrack entry = proxied.entry(1000);
        assertThat(Objects.requireNonNull(entry.state()).stateName()).isEqualTo("SYN_SENT");
        assertThat(entry.synProxy()).isEqualTo(new SynProxyOffsets(answer.sequence(), answer.timestamp(), 0));
        assertThat(proxied.counted("cookieValid")).isEqualTo(1);
    }

    @Test
    void theServersAnswerOpensBothSidesAndFromThereOnNumbersAndTimestampsAreTranslated() {
        Sent answer = asked(syn(1000));
        int cookie = answer.sequence();
        int clock = answer.timestamp();
        proxied.pass(client(1000, "A", 1001, cookie + 1).timestamp(115, clock));
        proxied.sent();
        assertThat(proxied.pass(server(1000, "SA", 70_000, 1001)
                        .mss(1400)
                        .sackPermitted()
                        .timestamp(900_000, 115)
                        .windowScale(9)))
                .isNull();

        List<Sent> acks = proxied.sent();
        assertThat(acks)
                .containsExactlyInAnyOrder(
                        new Sent(
                                FROM_CLIENT,
                                FROM_SERVER,
                                "A",
                                1001,
                                70_001,
                                500,
                                List.of("nop", "nop", "ts"),
                                115,
                                900_000,
                                0),
                        new Sent(
                                FROM_SERVER,
                                FROM_CLIENT,
                                "A",
                                cookie + 1,
                                1001,
                                28_960 >> 9,
                                List.of("nop", "nop", "ts"),
                                clock,
                                115,
                                0));
        Conntrack entry = proxied.entry(1000);
        assertThat(Objects.requireNonNull(entry.state()).stateName()).isEqualTo("ESTABLISHED");
        assertThat(entry.status()).isEqualTo(0x4e);
        assertThat(entry.timeoutSeconds()).isEqualTo(432_000);
        assertThat(entry.synProxy()).isEqualTo(new SynProxyOffsets(cookie, clock, 900_000 - clock));
        assertThat(entry.replyAdjustment()).isEqualTo(new SequenceAdjustment(0, cookie - 70_000, cookie - 70_000));

        Sent data = proxied.through(
                client(1000, "PA", 1001, cookie + 1).timestamp(120, clock).payload(10));
        assertThat(data.acknowledgment()).isEqualTo(70_001);
        assertThat(data.sequence()).isEqualTo(1001);
        assertThat(data.echo()).isEqualTo(900_000);
        Sent back = proxied.through(
                server(1000, "PA", 70_001, 1011).timestamp(900_010, 120).payload(20));
        assertThat(back.sequence()).isEqualTo(cookie + 1);
        assertThat(back.acknowledgment()).isEqualTo(1011);
        assertThat(back.timestamp()).isEqualTo(clock + 10);
        assertThat(back.echo()).isEqualTo(120);
        Sent selective = proxied.through(client(1000, "A", 1011, cookie + 1)
                .timestamp(125, clock + 10)
                .option(1)
                .sack(Integer.toUnsignedLong(cookie + 11), Integer.toUnsignedLong(cookie + 21)));
        assertThat(selective.options()).containsExactly("ts", "nop", "sack 70011 70021");
        assertThat(proxied.tracking.state).isEqualTo(PacketState.ESTABLISHED);
    }

    @Test
    void withoutTimestampsNothingButTheSizeTravels() {
        Sent answer = asked(client(1001, "S", 1000, 0).mss(1460).sackPermitted().windowScale(8));
        assertThat(answer.options()).containsExactly("mss 1460");
        proxied.pass(client(1001, "A", 1001, answer.sequence() + 1));
        assertThat(proxied.only().options()).containsExactly("mss 1460");
        proxied.pass(server(1001, "SA", 70_000, 1001).mss(1400));
        assertThat(proxied.sent()).extracting(Sent::window).containsExactlyInAnyOrder(500, 28_960);
    }

    @Test
    void withoutOptionsTheServerIsToldTheLeastSizeAndTheAnswerHasNone() {
        Sent answer = asked(client(1002, "S", 1000, 0));
        assertThat(answer.options()).isEmpty();
        proxied.pass(client(1002, "PA", 1001, answer.sequence() + 1).payload("hello"));
        assertThat(proxied.only().options()).containsExactly("mss 536");
    }

    @Test
    void aSizeBecomesTheLargestThatTheCookieCanSay() {
        int[][] pairs = {{1, 536}, {1299, 536}, {1300, 1300}, {1439, 1300}, {1440, 1440}, {1460, 1460}, {65_535, 1460}};
        for (int[] pair : pairs) {
            Sent answer = asked(client(2000 + pair[0] % 1000, "S", 1000, 0).mss(pair[0]));
            proxied.pass(client(2000 + pair[0] % 1000, "A", 1001, answer.sequence() + 1));
            assertThat(proxied.only().options()).containsExactly("mss " + pair[1]);
        }
    }

    @Test
    void ipv6GoesTheSameWayWithItsOwnSizes() {
        TcpPacket syn = Packets.tcp("fd01::1", 9, "fd02::1", 80)
                .flags("S")
                .seq(1000)
                .mss(1430)
                .sackPermitted()
                .timestamp(111, 0)
                .windowScale(8);
        Sent answer = asked(syn);
        assertThat(answer.options()).containsExactly("mss 1440", "sackOK", "ts", "nop", "scale 7");
        proxied.pass(Packets.tcp("fd01::1", 9, "fd02::1", 80)
                .flags("A")
                .seq(1001)
                .ack(answer.sequence() + 1)
                .timestamp(115, answer.timestamp()));
        Sent toServer = proxied.only();
        assertThat(toServer.source()).isEqualTo("fd01:0:0:0:0:0:0:1:9");
        assertThat(toServer.options()).containsExactly("mss 1420", "sackOK", "ts", "nop", "scale 8");
        proxied.pass(Packets.tcp("fd02::1", 80, "fd01::1", 9)
                .flags("SA")
                .seq(70_000)
                .ack(1001)
                .timestamp(900_000, 115));
        assertThat(proxied.sent()).hasSize(2);
        Sent data = proxied.through(Packets.tcp("fd02::1", 80, "fd01::1", 9)
                .flags("PA")
                .seq(70_001)
                .ack(1001)
                .timestamp(900_007, 115)
                .payload(7));
        assertThat(data.sequence()).isEqualTo(answer.sequence() + 1);
        assertThat(data.timestamp()).isEqualTo(answer.timestamp() + 7);
    }

    @Test
    void ecnIsAgreedToOnlyByRuleAndRemembered() {
        assertThat(asked(syn(1003).flags("SEC")).flags()).isEqualTo("SA");
        try (ProxiedTable other = new ProxiedTable(clock, secret, ProxiedTable.rule(true, false))) {
            other.pass(syn(1003).flags("SEC"));
            Sent answer = other.only();
            assertThat(answer.flags()).isEqualTo("SAE");
            assertThat(answer.timestamp() & 0x20).isNotZero();
            other.pass(client(1003, "A", 1001, answer.sequence() + 1).timestamp(115, answer.timestamp()));
            assertThat(other.only().flags()).isEqualTo("SEC");
        }
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
            Sent answer = asked(client(3000 + minute, "S", 1000, 0).mss(1460));
            clock.pass(60);
            proxied.pass(client(3000 + minute, "A", 1001, answer.sequence() + 1));
            assertThat(proxied.only().flags()).isEqualTo("S");
        }
        Sent answer = asked(client(2999, "S", 1000, 0).mss(1460));
        clock.pass(121);
        proxied.pass(client(2999, "A", 1001, answer.sequence() + 1));
        assertThat(proxied.sent()).isEmpty();
        assertThat(proxied.counted("cookieInvalid")).isEqualTo(1);
    }

    @Test
    void aClientThatAsksAgainMakesTheProxyAskTheServerAgain() {
        Sent answer = asked(syn(1000));
        proxied.pass(client(1000, "A", 1001, answer.sequence() + 1).timestamp(115, answer.timestamp()));
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
        Sent answer = asked(syn(1000));
        proxied.pass(client(1000, "A", 1001, answer.sequence() + 1).timestamp(115, answer.timestamp()));
        proxied.sent();
        Sent reset = proxied.through(server(1000, "RA", 0, 1001).window(0));
        assertThat(reset.sequence()).isEqualTo(answer.sequence() + 1);
        assertThat(reset.acknowledgment()).isEqualTo(1001);
        assertThat(proxied.find(1000)).isNull();
    }

    @Test
    void aResetInTheMiddleOfAConnectionStandsWhereTheClientExpectsIt() {
        Sent answer = connected(1000);
        proxied.through(server(1000, "PA", 70_001, 1001).timestamp(900_010, 115).payload(20));
        assertThat(proxied.through(server(1000, "R", 70_021, 0).window(0)).sequence())
                .isEqualTo(answer.sequence() + 21);
    }

    @Test
    void aClosedConnectionIsReopened() {
        Sent first = connected(1000);
        proxied.through(server(1000, "R", 70_001, 0).window(0));
        assertThat(proxied.entry(1000).state())
                .isInstanceOfSatisfying(
                        TcpState.class, tcp -> assertThat(tcp.state()).isEqualTo(TcpState.CLOSE));
        clock.pass(1);
        Sent answer = asked(syn(1000).seq(500_000));
        assertThat(answer.sequence()).isNotEqualTo(first.sequence());
        proxied.pass(client(1000, "A", 500_001, answer.sequence() + 1).timestamp(215, answer.timestamp()));
        assertThat(proxied.only().sequence()).isEqualTo(500_000);
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
        Sent first = connected(1000);
        int cookie = first.sequence();
        proxied.through(client(1000, "FA", 1001, cookie + 1).timestamp(120, first.timestamp()));
        proxied.through(server(1000, "FA", 70_001, 1002).timestamp(900_010, 120));
        proxied.through(client(1000, "A", 1002, cookie + 2).timestamp(125, first.timestamp() + 10));
        Sent answer = asked(syn(1000).seq(500_000));
        proxied.pass(client(1000, "A", 500_001, answer.sequence() + 1).timestamp(215, answer.timestamp()));
        assertThat(proxied.only().sequence()).isEqualTo(500_000);
        proxied.pass(
                server(1000, "SA", 170_000, 500_001).timestamp(950_000, 215).windowScale(9));
        assertThat(proxied.sent()).hasSize(2);
        assertThat(proxied.entry(1000).synProxy())
                .isEqualTo(new SynProxyOffsets(answer.sequence(), answer.timestamp(), 950_000 - answer.timestamp()));
    }

    @Test
    void aClientThatBeganAnewIsConnectedWhenTheServerBeganAnewToo() {
        Sent first = connected(1000);
        Sent answer = asked(syn(1000).seq(500_000));
        proxied.pass(client(1000, "A", 500_001, answer.sequence() + 1).timestamp(215, answer.timestamp()));
        assertThat(proxied.only().sequence()).isEqualTo(500_000);
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
        Sent first = connected(1000);
        int cookie = first.sequence();
        proxied.through(client(1000, "FA", 1001, cookie + 1).timestamp(120, first.timestamp()));
        proxied.through(server(1000, "FA", 70_001, 1002).timestamp(900_010, 120));
        proxied.through(client(1000, "A", 1002, cookie + 2).timestamp(125, first.timestamp() + 10));
        Sent answer = asked(syn(1000).seq(900));
        proxied.pass(client(1000, "A", 901, answer.sequence() + 1).timestamp(215, answer.timestamp()));
        assertThat(proxied.only().sequence()).isEqualTo(900);
    }

    @Test
    void aServersOwnOptionsAreLearntFromItsAnswers() {
        try (ProxiedTable learning = new ProxiedTable(clock, secret, ProxiedTable.rule(false, true))) {
            learning.pass(syn(1000));
            Sent first = learning.only();
            assertThat(first.options()).containsExactly("mss 1460", "sackOK", "ts", "nop", "scale 7");
            learning.pass(client(1000, "A", 1001, first.sequence() + 1).timestamp(115, first.timestamp()));
            learning.pass(server(1000, "SA", 70_000, 1001)
                    .mss(1400)
                    .timestamp(900_000, 115)
                    .windowScale(9));
            learning.sent();
            learning.pass(syn(1001));
            assertThat(learning.only().options()).containsExactly("mss 1400", "nop", "nop", "ts", "nop", "scale 9");
            clock.pass(3601);
            learning.sent();
            learning.pass(syn(1003));
            assertThat(learning.only().options()).isEqualTo(first.options());
        }
    }
}
