package org.conntwin.tracker.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTextTest {
    private static final String OPERATORS_EXAMPLE = "tcp      6 431999 ESTABLISHED src=10.0.1.2 dst=10.0.2.2"
            + " sport=50404 dport=80 src=10.0.2.2 dst=10.0.1.2 sport=80 dport=50404 [ASSURED] mark=0 zone=3 helper=ftp";
    private static final String UDP = "udp      17 29 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 ";
    private static final String UDP_REPLY = "src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 mark=0";

    @ParameterizedTest
    @ValueSource(
            strings = {
                OPERATORS_EXAMPLE,
                UDP + "[UNREPLIED] " + UDP_REPLY,
                UDP + "src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 [ASSURED] mark=4294967295",
                UDP + "zone-orig=7 " + UDP_REPLY,
                UDP + "zone-orig=7 [UNREPLIED] " + UDP_REPLY,
                UDP + "src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 zone-reply=8 [ASSURED] mark=1",
                UDP + UDP_REPLY + " zone=65535 helper=sip labels=0,63,64,127",
                "icmp     1 29 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=4711 [UNREPLIED]"
                        + " src=2.2.2.2 dst=1.1.1.1 type=0 code=0 id=4711 mark=0",
                "icmpv6   58 29 src=fd00::1 dst=fd00::2 type=128 code=0 id=9"
                        + " src=fd00::2 dst=fd00::1 type=129 code=0 id=9 mark=0",
                "gre      47 179 src=1.1.1.1 dst=2.2.2.2 srckey=0x0 dstkey=0xabc"
                        + " src=2.2.2.2 dst=1.1.1.1 srckey=0xabc dstkey=0x0 [ASSURED] mark=0",
                "sctp     132 209 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"
                        + " src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 [ASSURED] mark=0",
                "sctp     132 29 HEARTBEAT_SENT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [UNREPLIED]"
                        + " src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 mark=0",
                "udplite  136 29 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [UNREPLIED]"
                        + " src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 mark=0",
                "dccp     33 599 src=1.1.1.1 dst=2.2.2.2 sport=0 dport=0 [UNREPLIED]"
                        + " src=2.2.2.2 dst=1.1.1.1 sport=0 dport=0 mark=0",
                "unknown  99 599 src=1.1.1.1 dst=2.2.2.2 [UNREPLIED] src=2.2.2.2 dst=1.1.1.1 mark=0",
                "tcp      6 119 SYN_SENT2 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"
                        + " src=10.0.0.1 dst=10.0.0.2 sport=80 dport=4444 mark=0"
            })
    void aLineOfTheOperatorsInterfaceIsWrittenAsItWasRead(String line) throws LineException {
        assertThat(EntryText.line(EntryParser.parse(line))).isEqualTo(line);
    }

    @Test
    void theOperatorsExampleMeansWhatItSays() throws LineException {
        Conntrack entry = EntryParser.parse(OPERATORS_EXAMPLE);

        assertThat(entry.timeoutSeconds()).isEqualTo(431_999);
        assertThat(entry.state()).isEqualTo(new TcpState(TcpState.ESTABLISHED, 0, 0, 0, 0));
        assertThat(entry.original().sourceKey()).isEqualTo(50_404);
        assertThat(entry.reply()).isEqualTo(entry.original().inverted());
        assertThat(entry.status()).isEqualTo(Status.CONFIRMED | Status.SEEN_REPLY | Status.ASSURED);
        assertThat(entry.zone()).isEqualTo(Zone.of(3, Zone.Scope.BOTH));
        assertThat(entry.helper()).isEqualTo("ftp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipv4     2 " + UDP + "packets=3 bytes=90 [UNREPLIED] src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1"
                        + " packets=0 bytes=0 mark=0 use=1",
                UDP + "[UNREPLIED] " + UDP_REPLY + " secctx=null use=2 id=12345",
                UDP + "[UNREPLIED] " + UDP_REPLY + " delta-time=12 [active since 12s] origin=fw1",
                "  " + UDP + "  [UNREPLIED]\t" + UDP_REPLY + "  "
            })
    void furtherWordsOfConntrackToolsArePassedOver(String line) throws LineException {
        assertThat(EntryText.line(EntryParser.parse(line))).isEqualTo(UDP + "[UNREPLIED] " + UDP_REPLY);
    }

    @Test
    void aSingleTupleIsEnoughAndItsReplyIsTheInverse() throws LineException {
        Conntrack entry = EntryParser.parse("icmp 1 30 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=5");

        assertThat(EntryText.line(entry))
                .isEqualTo("icmp     1 30 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=5"
                        + " src=2.2.2.2 dst=1.1.1.1 type=0 code=0 id=5 mark=0");
    }

    @ParameterizedTest
    @CsvSource({
        "src=9.9.9.9 dst=1.1.1.1 sport=2 dport=1, 0x1a0",
        "src=2.2.2.2 dst=9.9.9.9 sport=2 dport=1, 0x190",
        "src=2.2.2.2 dst=1.1.1.1 sport=2 dport=9, 0x190",
        "src=2.2.2.2 dst=1.1.1.1 sport=9 dport=1, 0x1a0",
        "src=8.8.8.8 dst=9.9.9.9 sport=2 dport=1, 0x1b0",
        "src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1, 0x0"
    })
    void aReplyThatIsNotTheInverseTellsTheTranslation(String reply, String bits) throws LineException {
        Conntrack entry = EntryParser.parse(UDP + reply);

        assertThat(entry.status() & ~(Status.CONFIRMED | Status.SEEN_REPLY)).isEqualTo(Integer.decode(bits));
    }

    @Test
    void anotherIcmpIdInTheReplyIsSourceTranslation() throws LineException {
        Conntrack entry = EntryParser.parse("icmp 1 30 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=5"
                + " src=2.2.2.2 dst=3.3.3.3 type=0 code=0 id=77");

        assertThat(entry.status() & (Status.SRC_NAT | Status.DST_NAT)).isEqualTo(Status.SRC_NAT);
    }

    @Test
    void whatALineCanSayComesBackFromIt() throws LineException {
        RandomEntries entries = new RandomEntries(11);
        for (int i = 0; i < 20_000; i++) {
            Conntrack entry = sayable(entries.entry());
            String line = EntryText.line(entry);

            assertThat(EntryParser.parse(line)).as(line).isEqualTo(entry);
        }
    }

    /** The entry without what no line says. */
    private static Conntrack sayable(Conntrack entry) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        out.status &= ~Status.EXPECTED;
        out.master = null;
        out.originalAdjustment = null;
        out.replyAdjustment = null;
        out.synProxy = null;
        if (entry.state() instanceof TcpState tcp) {
            out.state = new TcpState(tcp.state(), 0, 0, 0, 0);
        } else if (entry.state() instanceof SctpState sctp) {
            out.state = new SctpState(sctp.state(), 0, 0);
        }
        if (entry.labels() != null && entry.labels().isEmpty()) {
            out.labels = null;
        }
        Conntrack built = out.build();
        return built == null ? entry : built;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | not an entry",
                "tcp six 5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | six",
                "tcp 300 5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | 300",
                "tcp 6 soon ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | soon",
                "tcp 6 -5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | -5",
                "tcp 6 +5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | +5",
                "tcp 6 99999999999 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | 99999999999",
                "tcp 6 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | src=1.1.1.1",
                "tcp 6 5 OPEN src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | OPEN",
                "udp 17 5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | ESTABLISHED",
                "tcp 6 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | state",
                "udp 17 5 src=1.1.1.400 dst=2.2.2.2 sport=1 dport=2 | 1.1.1.400",
                "udp 17 5 src=1.1.1.1 sport=1 dport=2 | dst=",
                "udp 17 5 dst=1.1.1.1 sport=1 dport=2 | src=",
                "udp 17 5 src=1.1.1.1 dst=fd00::1 sport=1 dport=2 | families",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=fd00::1 dst=fd00::2 sport=2 dport=1 | families",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=65536 dport=2 | 65536",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=x dport=2 | \"x\"",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 dport=2 | sport",
                "icmp 1 5 src=1.1.1.1 dst=2.2.2.2 type=256 code=0 id=1 | 256",
                "icmp 1 5 src=1.1.1.1 dst=2.2.2.2 code=0 id=1 | type",
                "gre 47 5 src=1.1.1.1 dst=2.2.2.2 srckey=0x10000 dstkey=0x0 | 0x10000",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 mark=4294967296 | 4294967296",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 mark=red | red",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 mark=#7 | #7",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 mark=-1 | -1",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 zone=65536 | 65536",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 labels=1,128 | 128",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 labels= | label",
                "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"
                        + " src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 | 3 tuples"
            })
    void aBadLineIsRefusedWithTheWordThatIsWrong(String line, String word) {
        assertThatThrownBy(() -> EntryParser.parse(line))
                .isInstanceOf(LineException.class)
                .hasMessageContaining(word)
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({"0x10, 16", "010, 10", "4294967295, 4294967295", "0, 0"})
    void aMarkIsDecimalOrHexadecimalNeverOctal(String written, String meant) throws LineException {
        Conntrack entry = EntryParser.parse(UDP + "mark=" + written);

        assertThat(Integer.toUnsignedString(entry.mark())).isEqualTo(meant);
    }

    @Test
    void anEntryThatDoesNotTellItsLifetimeIsWrittenWithZero() throws LineException {
        ConntrackBuilder untold = ConntrackBuilder.from(EntryParser.parse(OPERATORS_EXAMPLE));
        untold.timeoutSeconds = Conntrack.UNKNOWN;
        untold.labels = Labels.NONE;

        assertThat(EntryText.line(Objects.requireNonNull(untold.build())))
                .isEqualTo(OPERATORS_EXAMPLE.replace("431999", "0"));
    }
}
