package org.conntwin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.injector.Lines.entry;
import static org.conntwin.injector.Lines.with;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryPreparationTest {
    private static final ProtocolTimeouts TIMEOUTS = new ProtocolTimeouts(
            IntStream.range(0, 10).mapToObj(state -> 100 + state).toList(),
            List.of(200, 201, 202, 203, 204, 205, 206, 207, 208),
            300,
            301,
            302,
            303,
            304,
            305,
            306);

    private final EntryPreparation liberal = new EntryPreparation(TIMEOUTS, true, true);
    private final EntryPreparation strict = new EntryPreparation(TIMEOUTS, false, true);

    @ParameterizedTest
    @CsvSource({
        "tcp 6 5 SYN_SENT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2, 101",
        "tcp 6 5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2, 103",
        "tcp 6 5 SYN_SENT2 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2, 109",
        "sctp 132 5 HEARTBEAT_SENT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2, 208",
        "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2, 300",
        "udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [ASSURED], 301",
        "udplite 136 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [ASSURED], 301",
        "icmp 1 5 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=1, 302",
        "icmpv6 58 5 src=::1 dst=::2 type=128 code=0 id=1, 303",
        "gre 47 5 src=1.1.1.1 dst=2.2.2.2 srckey=0x0 dstkey=0x1, 304",
        "gre 47 5 src=1.1.1.1 dst=2.2.2.2 srckey=0x0 dstkey=0x1 [ASSURED], 305",
        "unknown 99 5 src=1.1.1.1 dst=2.2.2.2, 306"
    })
    void anEntryLivesAsLongAsItsStateAllows(String line, int seconds) {
        assertThat(liberal.prepare(entry(line)).timeoutSeconds()).isEqualTo(seconds);
    }

    @Test
    void aLongerToldLifetimeIsKept() {
        assertThat(liberal.prepare(entry("udp 17 9000 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"))
                        .timeoutSeconds())
                .isEqualTo(9000);
    }

    @Test
    void aFixedLifetimeIsKeptHoweverShort() {
        Conntrack fixed = with(
                entry("udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"), out -> out.status |= Status.FIXED_TIMEOUT);

        assertThat(liberal.prepare(fixed).timeoutSeconds()).isEqualTo(5);
    }

    @Test
    void anUntoldLifetimeIsThatOfTheState() {
        Conntrack untold = with(
                entry("udp 17 5 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"),
                out -> out.timeoutSeconds = Conntrack.UNKNOWN);

        assertThat(liberal.prepare(untold).timeoutSeconds()).isEqualTo(300);
    }

    @Test
    void aStateThatNoKernelKnowsHasALifetimeAllTheSame() {
        Conntrack odd = with(tcp(0, 0), out -> out.state = new TcpState(77, 0, 0, 0, 0));

        assertThat(liberal.prepare(odd).timeoutSeconds()).isEqualTo(109);
        assertThat(liberal.prepare(with(odd, out -> out.state = null)).timeoutSeconds())
                .isEqualTo(100);
    }

    @Test
    void liberalFlowsHaveTheirWindowsUncheckedAndKeepWhatTheyAgreedOn() {
        int agreed = TcpState.WINDOW_SCALE | TcpState.CLOSE_INIT;
        int passing = TcpState.DATA_UNACKNOWLEDGED | TcpState.MAXACK_SET;

        assertThat(state(liberal.prepare(tcp(agreed | passing, passing))))
                .isEqualTo(new TcpState(
                        TcpState.ESTABLISHED,
                        7,
                        9,
                        agreed | TcpState.BE_LIBERAL | TcpState.SACK_PERM,
                        TcpState.BE_LIBERAL | TcpState.SACK_PERM));
    }

    @Test
    void strictFlowsKeepWhatTheyAgreedOnAndNothingElse() {
        int agreed = TcpState.WINDOW_SCALE | TcpState.SACK_PERM;

        assertThat(state(strict.prepare(tcp(agreed | TcpState.BE_LIBERAL | TcpState.MAXACK_SET, 0))))
                .isEqualTo(new TcpState(TcpState.ESTABLISHED, 7, 9, agreed, 0));
    }

    @Test
    void windowsAndTheFlagsThatCountWithThemAreKeptExactlyWhereTheTableTakesThem() {
        Conntrack told = with(tcp(0, 0), out -> out.state = new TcpState(3, 7, 9, 0x3b, 0x31, WINDOWS));

        assertThat(state(strict.prepare(told))).isEqualTo(told.state());
    }

    @Test
    void windowsAreLeftOutWhereTheyGoUncheckedOrCannotBeTaken() {
        Conntrack told = with(tcp(0, 0), out -> out.state = new TcpState(3, 7, 9, 0x33, 0x31, WINDOWS));
        EntryPreparation kernel = new EntryPreparation(TIMEOUTS, false, false);

        assertThat(state(kernel.prepare(told))).isEqualTo(new TcpState(3, 7, 9, 0x03, 0x01));
        assertThat(state(liberal.prepare(told))).isEqualTo(new TcpState(3, 7, 9, 0x0b, 0x0b));
    }

    private static final TcpWindows WINDOWS = new TcpWindows(
            new TcpWindows.Side(1, 2, 3, 4),
            new TcpWindows.Side(5, 6, 7, 8),
            new TcpWindows.Last(1, 3, 9, 10, 11, 12, 13, 14, 15));

    @Test
    void aDyingEntryIsWrittenAlive() {
        Conntrack dying = with(tcp(0, 0), out -> out.status |= Status.DYING);

        assertThat(liberal.prepare(dying).has(Status.DYING)).isFalse();
        assertThat(liberal.prepare(dying).has(Status.CONFIRMED)).isTrue();
    }

    @Test
    void preparingTwiceChangesNothingMore() {
        Conntrack once = liberal.prepare(tcp(0x3f, 0x3f));

        assertThat(liberal.prepare(once)).isEqualTo(once);
    }

    private static Conntrack tcp(int originalFlags, int replyFlags) {
        return with(
                entry("tcp 6 5 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"),
                out -> out.state = new TcpState(TcpState.ESTABLISHED, 7, 9, originalFlags, replyFlags));
    }

    private static ProtocolState state(Conntrack entry) {
        return Objects.requireNonNull(entry.state());
    }
}
