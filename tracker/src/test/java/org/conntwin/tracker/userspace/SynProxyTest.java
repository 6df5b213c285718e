package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.userspace.ProxiedTable.CLIENT;
import static org.conntwin.tracker.userspace.ProxiedTable.SERVER;
import static org.conntwin.tracker.userspace.ProxiedTable.ack;
import static org.conntwin.tracker.userspace.ProxiedTable.client;
import static org.conntwin.tracker.userspace.ProxiedTable.server;
import static org.conntwin.tracker.userspace.ProxiedTable.syn;
import static org.conntwin.tracker.userspace.ProxiedTable.synAck;

import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Sent;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The SYN proxy's handshake, segment by segment, with the values that Linux 6.18 was seen to use. */
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

    @Test
    void aSynIsAnsweredWithACookieAndNothingIsKept() {
        Sent answer = proxied.asked(syn(1000));
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
        Sent answer = proxied.asked(syn(1000));
        assertThat(proxied.pass(ack(1000, answer))).isNull();

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
        Sent answer = proxied.asked(syn(1000));
        int cookie = answer.sequence();
        int clock = answer.timestamp();
        proxied.pass(ack(1000, answer));
        proxied.sent();
        assertThat(proxied.pass(synAck(1000))).isNull();

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
        Sent answer = proxied.asked(
                client(1001, "S", 1000, 0).mss(1460).sackPermitted().windowScale(8));
        assertThat(answer.options()).containsExactly("mss 1460");
        proxied.pass(client(1001, "A", 1001, answer.sequence() + 1));
        assertThat(proxied.only().options()).containsExactly("mss 1460");
        proxied.pass(server(1001, "SA", 70_000, 1001).mss(1400));
        assertThat(proxied.sent()).extracting(Sent::window).containsExactlyInAnyOrder(500, 28_960);
    }

    @Test
    void withoutOptionsTheServerIsToldTheLeastSizeAndTheAnswerHasNone() {
        Sent answer = proxied.asked(client(1002, "S", 1000, 0));
        assertThat(answer.options()).isEmpty();
        proxied.pass(client(1002, "PA", 1001, answer.sequence() + 1).payload("hello"));
        assertThat(proxied.only().options()).containsExactly("mss 536");
    }

    @Test
    void aSizeBecomesTheLargestThatTheCookieCanSay() {
        int[][] pairs = {{1, 536}, {1299, 536}, {1300, 1300}, {1439, 1300}, {1440, 1440}, {1460, 1460}, {65_535, 1460}};
        for (int[] pair : pairs) {
            Sent answer =
                    proxied.asked(client(2000 + pair[0] % 1000, "S", 1000, 0).mss(pair[0]));
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
        Sent answer = proxied.asked(syn);
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
        assertThat(proxied.asked(syn(1003).flags("SEC")).flags()).isEqualTo("SA");
        try (ProxiedTable other = new ProxiedTable(clock, secret, ProxiedTable.rule(true, false))) {
            other.pass(syn(1003).flags("SEC"));
            Sent answer = other.only();
            assertThat(answer.flags()).isEqualTo("SAE");
            assertThat(answer.timestamp() & 0x20).isNotZero();
            other.pass(ack(1003, answer));
            assertThat(other.only().flags()).isEqualTo("SEC");
        }
    }

    @Test
    void aServersOwnOptionsAreLearntFromItsAnswers() {
        try (ProxiedTable learning = new ProxiedTable(clock, secret, ProxiedTable.rule(false, true))) {
            learning.pass(syn(1000));
            Sent first = learning.only();
            assertThat(first.options()).containsExactly("mss 1460", "sackOK", "ts", "nop", "scale 7");
            learning.pass(ack(1000, first));
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
