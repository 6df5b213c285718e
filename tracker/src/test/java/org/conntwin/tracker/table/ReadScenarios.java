package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/** Dumps, flushes and settings. */
final class ReadScenarios extends TableScenarios {
    ReadScenarios(ConntrackTable table) {
        super(table);
    }

    @TableScenario
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

    @TableScenario
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

    @TableScenario
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

    @TableScenario
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
}
