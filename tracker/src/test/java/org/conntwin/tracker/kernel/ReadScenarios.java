package org.conntwin.tracker.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/** Dumps, flushes and settings. */
final class ReadScenarios extends Scenarios {
    ReadScenarios(KernelTable table) {
        super(table);
    }

    @Scenario
    void aDumpSeesAllOfATableOfManyPages() throws LineException {
        List<TableChange> many = new ArrayList<>();
        Set<Tuple> expected = new HashSet<>();
        for (int i = 1; i <= 20_000; i++) {
            Conntrack entry = udp(i);
            many.add(insert(entry));
            expected.add(entry.original());
        }
        assertThat(table.apply(many, Echo.SILENT)).containsOnly(Outcome.DONE);
        List<Tuple> seen = new ArrayList<>();
        table.dump(entry -> seen.add(entry.original()));

        assertThat(seen).hasSize(20_000);
        assertThat(new HashSet<>(seen)).isEqualTo(expected);
        assertThat(table.count()).isEqualTo(20_000);
    }

    @Scenario
    void aDumpWhoseVisitorFailsDoesNotSpoilTheNext() throws LineException {
        List<TableChange> many = new ArrayList<>();
        for (int i = 1; i <= 20_000; i++) {
            many.add(insert(udp(i)));
        }
        assertThat(table.apply(many, Echo.SILENT)).containsOnly(Outcome.DONE);

        assertThatThrownBy(() -> table.dump(entry -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(entries()).hasSize(20_000);
        assertThat(expectations()).isEmpty();
    }

    @Scenario
    void anEntryIsFoundByItsTupleAndZoneAsItIsNow() throws LineException {
        Conntrack adjusted = with(tcp(1, TcpState.ESTABLISHED), entry -> {
            entry.originalAdjustment = new SequenceAdjustment(1, 2, 3);
            entry.zone = Zone.of(4, Zone.Scope.BOTH);
        });
        assertThat(silently(insert(adjusted), insert(udp(2)))).containsOnly(Outcome.DONE);

        assertThat(table.find(udp(2).original(), Zone.DEFAULT))
                .isNotNull()
                .extracting(Conntrack::original)
                .isEqualTo(udp(2).original());
        assertThat(table.find(adjusted.original(), adjusted.zone()))
                .isNotNull()
                .extracting(Conntrack::originalAdjustment)
                .isEqualTo(adjusted.originalAdjustment());
        assertThat(table.find(adjusted.original(), Zone.DEFAULT)).isNull();
        assertThat(table.find(udp(3).original(), Zone.DEFAULT)).isNull();
    }

    @Scenario
    void aFlushTakesWhatItsFilterSelects() throws LineException {
        Conntrack marked = with(udp(1), entry -> entry.mark = 5);
        Conntrack zoned = with(udp(2), entry -> entry.zone = Zone.of(3, Zone.Scope.BOTH));
        Conntrack six = EntryParser.parse("udp 17 400 src=fd00::1 dst=fd00::2 sport=7 dport=80");
        Conntrack plain = udp(4);
        for (var filter : List.of(
                new FlushFilter(null, 5, null),
                new FlushFilter(null, null, 3),
                new FlushFilter(Family.IPV6, null, null),
                new FlushFilter(Family.IPV4, 0, 0))) {
            table.flush(FlushFilter.ALL);
            assertThat(silently(insert(marked), insert(zoned), insert(six), insert(plain)))
                    .containsOnly(Outcome.DONE);
            table.flush(filter);
            List<Conntrack> gone = new ArrayList<>(List.of(marked, zoned, six, plain));
            gone.removeIf(
                    entry -> entries().stream().anyMatch(left -> left.original().equals(entry.original())));
            Conntrack selected = filter.mark() != null && filter.mark() == 5
                    ? marked
                    : filter.family() == Family.IPV6 ? six : filter.family() == Family.IPV4 ? plain : zoned;

            assertThat(gone).as("%s", filter).containsExactly(selected);
        }
    }

    @Scenario
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
