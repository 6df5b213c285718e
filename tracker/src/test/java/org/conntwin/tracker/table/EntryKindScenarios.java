package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/** What an entry carries into the kernel and back. */
final class EntryKindScenarios extends TableScenarios {
    EntryKindScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
    void everyKindOfEntryIsReadBackAsItWasInserted() throws LineException {
        List<Conntrack> kinds = new ArrayList<>();
        for (String line : KINDS) {
            kinds.add(EntryParser.parse(line));
        }
        kinds.add(with(udp(90), entry -> entry.zone = Zone.of(5, Zone.Scope.ORIGINAL)));
        kinds.add(with(udp(91), entry -> entry.zone = Zone.of(6, Zone.Scope.REPLY)));
        kinds.add(with(tcp(92, TcpState.ESTABLISHED), entry -> {
            entry.state = new TcpState(TcpState.ESTABLISHED, 7, 9, 0x0b, 0x0b);
            entry.status |= Status.SEQ_ADJUST;
            entry.originalAdjustment = new SequenceAdjustment(0xf000_0000, 5, -6);
            entry.replyAdjustment = new SequenceAdjustment(1, -1, 2);
            entry.synProxy = new SynProxyOffsets(0xdead_beef, 2, 3);
        }));
        kinds.add(with(EntryParser.parse(KINDS.get(4)), entry -> {
            entry.original = new Tuple(Family.IPV4, Protocol.SCTP, 0, 5, 0, 6, 7, 8);
            entry.reply = null;
            entry.state = new SctpState(4, 0x1234_5678, 0x8765_4321);
        }));
        for (Conntrack kind : kinds) {
            assertThat(silently(insert(kind))).as("%s", kind).containsExactly(Outcome.DONE);
        }
        Set<Conntrack> expected = new HashSet<>();
        kinds.forEach(kind -> expected.add(comparable(kind)));
        Set<Conntrack> there = new HashSet<>();
        entries().forEach(entry -> there.add(comparable(entry)));

        assertThat(there).isEqualTo(expected);
    }

    private static final List<String> KINDS = List.of(
            "tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 mark=77",
            "tcp 6 400 ESTABLISHED src=fd00::1 dst=fd00::2 sport=1 dport=2 [ASSURED]",
            "udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [UNREPLIED]",
            "udplite 136 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2",
            "sctp 132 400 COOKIE_WAIT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2",
            "icmp 1 400 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=4711",
            "icmpv6 58 400 src=fd00::1 dst=fd00::2 type=128 code=0 id=4712",
            "gre 47 400 src=1.1.1.1 dst=2.2.2.2 srckey=0x0 dstkey=0x77",
            "unknown 99 400 src=1.1.1.1 dst=2.2.2.2",
            "dccp 33 400 src=1.1.1.1 dst=2.2.2.2 sport=0 dport=0",
            "unknown 99 400 src=fd00::1 dst=fd00::2 zone=4",
            "tcp 6 400 ESTABLISHED src=1.1.1.3 dst=2.2.2.2 sport=1 dport=21 helper=ftp",
            "tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=5 dport=80"
                    + " src=2.2.2.2 dst=9.9.9.9 sport=80 dport=2000",
            "tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=6 dport=80"
                    + " src=8.8.8.8 dst=1.1.1.1 sport=8080 dport=6",
            "udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=7 dport=80 src=8.8.8.8 dst=9.9.9.9 sport=81 dport=8",
            "udp 17 400 src=fd00::1 dst=fd00::2 sport=7 dport=80 src=fd00::8 dst=fd00::9 sport=81 dport=8",
            "icmp 1 400 src=1.1.1.7 dst=2.2.2.2 type=8 code=0 id=5 src=2.2.2.2 dst=9.9.9.9 type=0 code=0 id=6",
            "unknown 99 400 src=1.1.1.7 dst=2.2.2.2 src=2.2.2.2 dst=9.9.9.9");

    /** Without what a table counts or makes by itself. */
    private static Conntrack comparable(Conntrack entry) {
        return with(entry, out -> {
            out.id = 0;
            out.timeoutSeconds = entry.timeoutSeconds() > 390 ? 400 : entry.timeoutSeconds();
            // The kernel sets these by itself: with every translation, and with a helper that was asked for.
            out.status &= ~(Status.SRC_NAT_DONE | Status.DST_NAT_DONE | Status.HELPER);
            out.synProxy = entry.synProxy() == null ? new SynProxyOffsets(0, 0, 0) : entry.synProxy();
            if (entry.state() instanceof TcpState tcp) {
                out.state = new TcpState(
                        tcp.state(), tcp.originalScale(), tcp.replyScale(), tcp.originalFlags(), tcp.replyFlags());
            }
            out.accounting = null;
            out.timestamps = null;
            if (out.labels != null && out.labels.isEmpty()) {
                out.labels = null;
            }
        });
    }

    @TableScenario
    void aTranslatedEntryKeepsItsHelper() throws LineException {
        Conntrack entry = EntryParser.parse("tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=21"
                + " src=8.8.8.8 dst=1.1.1.1 sport=21 dport=1 helper=ftp");

        assertThat(silently(insert(with(entry, out -> out.status |= Status.HELPER))))
                .containsExactly(Outcome.DONE);
        assertThat(only().helper()).isEqualTo("ftp");
        assertThat(only().reply()).isEqualTo(entry.reply());
        assertThat(only().has(Status.DST_NAT)).isTrue();
    }

    @TableScenario
    void labelsAreCarriedOrToldToBeUnsupported() throws LineException {
        Conntrack labelled =
                with(udp(1), entry -> entry.labels = Labels.NONE.with(3).with(127));

        assertThat(silently(insert(labelled))).containsExactly(Outcome.DONE);
        Outcome updated = silently(new TableChange.Update(labelled)).getFirst();
        if (updated == Outcome.DONE) {
            assertThat(only().labels()).isEqualTo(labelled.labels());
        } else {
            assertThat(updated).isEqualTo(Outcome.UNSUPPORTED);
        }
    }

    @TableScenario
    void labelsThatAreToldToBeNoneGoAndThoseThatAreNotToldStay() throws LineException {
        Conntrack labelled = with(udp(1), entry -> entry.labels = Labels.NONE.with(3));
        silently(insert(labelled));
        boolean carried = only().labels() != null;

        assertThat(silently(new TableChange.Update(udp(1)))).containsExactly(Outcome.DONE);
        assertThat(only().labels()).isEqualTo(carried ? labelled.labels() : null);
        assertThat(silently(new TableChange.Update(with(udp(1), entry -> entry.labels = Labels.NONE))))
                .containsExactly(carried ? Outcome.DONE : Outcome.UNSUPPORTED);
        assertThat(only().labels()).isNull();
    }
}
