package org.conntwin.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.conntwin.node.fake.Flows;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DumpFilterTest {
    private static final String TCP = "tcp 6 431999 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=50404 dport=80 "
            + "src=10.0.2.2 dst=10.0.1.2 sport=80 dport=50404 [ASSURED] mark=4294967295 zone=3 helper=ftp";
    private static final String ICMP = "icmp 1 29 src=10.0.1.2 dst=10.0.2.2 type=8 code=0 id=80 "
            + "src=10.0.2.2 dst=10.0.1.2 type=0 code=0 id=80 mark=0";
    private static final String IPV6 = "udp 17 29 src=2001:db8::1 dst=2001:db8:1::2 sport=5000 dport=53 [UNREPLIED] "
            + "src=2001:db8:1::2 dst=2001:db8::1 sport=53 dport=5000 mark=0";

    private static Conntrack entry(String line) {
        try {
            return EntryParser.parse(line);
        } catch (LineException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private static DumpFilter filter(String text) {
        try {
            return DumpFilter.parse(text);
        } catch (RefusedException refused) {
            throw new AssertionError(refused);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "proto=tcp",
                "PROTO=TCP",
                "proto=6",
                "proto=tcp dport=80 src=10.0.0.0/8 state=ESTABLISHED zone=3",
                "src=10.0.1.2 dst=10.0.2.2 sport=50404",
                "  src=10.0.1.2/32   dst=10.0.2.3/31 ",
                "src=0.0.0.0/0",
                "state=established",
                "mark=4294967295",
                "mark=0xffffffff",
                "helper=ftp"
            })
    void shouldTakeWhatFits(String text) {
        assertThat(filter(text).takes(entry(TCP))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proto=udp",
                "proto=tcp dport=81",
                "src=10.0.2.2",
                "dst=10.0.2.2/32 src=11.0.0.0/8",
                "src=::/0",
                "state=SYN_SENT",
                "zone=0",
                "mark=0",
                "helper=sip",
                "sport=80"
            })
    void shouldNotTakeWhatDoesNotFit(String text) {
        assertThat(filter(text).takes(entry(TCP))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::/32, true", "2001:db8::/48, true", "2001:db8:1::/48, false", "2001:db8::1, true",
        "2001:db8::1/127, true", "2001:db8::2/127, false", "::/0, true", "0.0.0.0/0, false"
    })
    void shouldCompareLongAddresses(String prefix, boolean taken) {
        assertThat(filter("src=" + prefix).takes(entry(IPV6))).isEqualTo(taken);
    }

    @Test
    void shouldNotTakeAnIdentifierForAPort() {
        assertThat(filter("proto=icmp").takes(entry(ICMP))).isTrue();
        assertThat(filter("sport=80").takes(entry(ICMP))).isFalse();
        assertThat(filter("dport=2048").takes(entry(ICMP))).isFalse();
    }

    @Test
    void shouldChooseExpectations() {
        Expectation expectation = Flows.expectation(1);
        assertThat(filter("dst=10.0.0.1 dport=2001 proto=tcp helper=ftp zone=0").takes(expectation))
                .isTrue();
        assertThat(filter("helper=sip").takes(expectation)).isFalse();
        assertThat(filter("zone=4").takes(expectation)).isFalse();
        assertThat(filter("proto=udp").takes(expectation)).isFalse();
        assertThat(filter("state=ESTABLISHED").takes(expectation))
                .as("it has no state")
                .isFalse();
        assertThat(filter("mark=1").takes(expectation)).as("it has no mark").isFalse();
    }

    @Test
    void shouldChooseOrigins() {
        assertThat(filter("origin=fw1").takesOrigin("fw1")).isTrue();
        assertThat(filter("origin=fw1").takesOrigin("fw2")).isFalse();
        assertThat(filter("").takesOrigin("fw2")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp | filter: \"tcp\" is not name=value",
                "=tcp | filter: \"=tcp\" is not name=value",
                "colour=red | filter: unknown name \"colour\" (proto, src, dst, sport, dport, state, zone, mark, helper, origin)",
                "proto=carrots | filter: proto=carrots is no protocol name or number; give one such as tcp, udp, icmp or 47",
                "proto=256 | filter: proto=256 is no protocol name or number; give one such as tcp, udp, icmp or 47",
                "src=10.0.0 | filter: src=10.0.0 is not an address or prefix",
                "dst=host | filter: dst=host is not an address or prefix",
                "src=10.0.0.0/33 | filter: src=10.0.0.0/33: the prefix length is a number from 0 to 32",
                "src=10.0.0.0/ | filter: src=10.0.0.0/: the prefix length is a number from 0 to 32",
                "src=2001:db8::/129 | filter: src=2001:db8::/129: the prefix length is a number from 0 to 128",
                "sport=65536 | filter: sport=65536 is not a number from 0 to 65535",
                "dport=-1 | filter: dport=-1 is not a number from 0 to 65535",
                "dport=http | filter: dport=http is not a number from 0 to 65535",
                "zone=70000 | filter: zone=70000 is not a number from 0 to 65535",
                "mark=red | filter: mark=red is not a number from 0 to 4294967295",
                "mark=4294967296 | filter: mark=4294967296 is not a number from 0 to 4294967295",
                "mark=-1 | filter: mark=-1 is not a number from 0 to 4294967295",
                "state=ESTABLISHD | filter: state=ESTABLISHD is no TCP or SCTP state; give one such as ESTABLISHED or SYN_RECV"
            })
    void shouldSayWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> DumpFilter.parse(text))
                .hasMessage(message)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.exitCode()).isEqualTo(2));
    }
}
