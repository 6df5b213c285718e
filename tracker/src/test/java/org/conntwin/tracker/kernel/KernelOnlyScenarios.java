package org.conntwin.tracker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.Heard;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableScenario;
import org.conntwin.tracker.table.TableScenarios;
import org.conntwin.tracker.text.LineException;

/** What only the kernel's table has: its event buffer and its sysctls. */
final class KernelOnlyScenarios extends TableScenarios {
    KernelOnlyScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
    void lostEventsAreCountedAndTold() throws LineException, InterruptedException {
        try (KernelTable small = new KernelTable(4096)) {
            Heard heard = new Heard();
            small.listen(heard);
            List<TableChange> many = new ArrayList<>();
            for (int i = 1; i <= 3000; i++) {
                many.add(insert(udp(i)));
            }
            assertThat(small.apply(many, Echo.HEARD)).containsOnly(Outcome.DONE);

            assertThat(heard.await(() -> heard.overruns() > 0)).isTrue();
            assertThat(small.counters().overruns()).isPositive();
            assertThat(small.counters().eventsReceived()).isLessThan(3000);
            assertThat(heard.misplaced()).isZero();
            assertThat(small.count()).isEqualTo(3000);
        }
    }

    @TableScenario
    void whatIsMadeAndChangedInAPauseIsNotToldAndWhatEndsIs() throws LineException, InterruptedException {
        Heard heard = listening();
        aloud(insert(udp(1)));
        assertThat(heard.await(() -> heard.events().size() == 1)).isTrue();

        assertThat(table.pauseEvents()).isTrue();
        aloud(insert(udp(2)), insert(udp(3)));
        aloud(new TableChange.Update(udp(1)));
        aloud(new TableChange.Delete(udp(3)));
        assertThat(heard.await(() -> heard.events().size() == 2)).isTrue();
        assertThat(heard.kinds()).containsExactly(EventKind.NEW, EventKind.DESTROY);

        table.resumeEvents();
        aloud(insert(udp(4)));
        // Also what was made in the pause is told of afterwards.
        aloud(new TableChange.Update(marked(udp(2))));
        aloud(new TableChange.Delete(udp(2)));
        assertThat(heard.await(() -> heard.events().size() == 5)).isTrue();
        assertThat(heard.kinds().subList(2, 5)).containsExactly(EventKind.NEW, EventKind.UPDATE, EventKind.DESTROY);
        assertThat(heard.overruns()).isZero();
    }

    @TableScenario
    void aTableThatNobodyListensToHasNothingToPause() {
        assertThat(table.pauseEvents()).isFalse();
        table.resumeEvents();
    }

    private static Conntrack marked(Conntrack entry) {
        ConntrackBuilder marked = ConntrackBuilder.from(entry);
        marked.mark = 7;
        return Objects.requireNonNull(marked.build());
    }

    @TableScenario
    void lifetimesAreThoseOfThisNamespace() throws IOException {
        Path setting = Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established");
        Files.writeString(setting, "1234");
        List<String> tcp = List.of(
                "syn_sent", "syn_recv", "established", "fin_wait", "close_wait", "last_ack", "time_wait", "close");
        List<String> sctp = List.of(
                "closed",
                "cookie_wait",
                "cookie_echoed",
                "established",
                "shutdown_sent",
                "shutdown_recd",
                "shutdown_ack_sent",
                "heartbeat_sent");
        for (int i = 0; i < tcp.size(); i++) {
            assertThat(table.timeouts().tcp().get(i + 1)).isEqualTo(proc("tcp_timeout_" + tcp.get(i)));
            assertThat(table.timeouts().sctp().get(i + 1)).isEqualTo(proc("sctp_timeout_" + sctp.get(i)));
        }
        assertThat(table.timeouts().tcp().get(TcpState.ESTABLISHED)).isEqualTo(1234);
        assertThat(table.timeouts().tcp().get(TcpState.SYN_SENT2)).isEqualTo(proc("tcp_timeout_syn_sent"));
        assertThat(table.timeouts().udp()).isEqualTo(proc("udp_timeout"));
        assertThat(table.timeouts().udpStream()).isEqualTo(proc("udp_timeout_stream"));
        assertThat(table.timeouts().icmp()).isEqualTo(proc("icmp_timeout"));
        assertThat(table.timeouts().icmpv6()).isEqualTo(proc("icmpv6_timeout"));
        assertThat(table.timeouts().gre()).isEqualTo(proc("gre_timeout"));
        assertThat(table.timeouts().greStream()).isEqualTo(proc("gre_timeout_stream"));
        assertThat(table.timeouts().generic()).isEqualTo(proc("generic_timeout"));
    }

    private static int proc(String name) throws IOException {
        // A kernel without ICMPv6 shows no setting: then it is the default that counts.
        Path path = Path.of("/proc/sys/net/netfilter/nf_conntrack_" + name);
        if (!Files.exists(path)) {
            return name.equals("icmpv6_timeout") ? 30 : -1;
        }
        try (InputStream file = new FileInputStream(path.toFile())) {
            byte[] text = new byte[64]; // a sysctl file answers a second read with its end
            return Integer.parseInt(new String(text, 0, file.read(text), StandardCharsets.US_ASCII).strip());
        }
    }
}
