package org.conntwin.tracker.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/** A group of scenarios, and what they share: each runs on an empty table. */
public abstract class TableScenarios {
    protected final ConntrackTable table;

    protected TableScenarios(ConntrackTable table) {
        this.table = table;
    }

    protected final Heard listening() {
        Heard heard = new Heard();
        table.listen(heard);
        return heard;
    }

    protected final List<Outcome> silently(TableChange... changes) {
        return table.apply(List.of(changes), Echo.SILENT);
    }

    protected final List<Outcome> aloud(TableChange... changes) {
        return table.apply(List.of(changes), Echo.HEARD);
    }

    protected final List<Conntrack> entries() {
        List<Conntrack> all = new ArrayList<>();
        table.dump(all::add);
        return all;
    }

    protected final List<Expectation> expectations() {
        List<Expectation> all = new ArrayList<>();
        table.dumpExpectations(all::add);
        return all;
    }

    protected final Conntrack only() {
        assertThat(entries()).hasSize(1);
        return entries().getFirst();
    }

    protected static TableChange insert(Conntrack entry) {
        return new TableChange.Insert(entry);
    }

    protected static TableChange expect(Expectation expectation) {
        return new TableChange.Expect(expectation);
    }

    protected static Conntrack udp(int number) throws LineException {
        return EntryParser.parse("udp 17 400 src=10.1." + (number >> 8) + "." + (number & 0xff)
                + " dst=10.2.0.1 sport=5000 dport=53 [ASSURED]");
    }

    protected static Conntrack tcp(int number, int state) throws LineException {
        return EntryParser.parse("tcp 6 400 " + TcpState.NAMES.get(state) + " src=10.1.0." + number
                + " dst=10.2.0.1 sport=5000 dport=21");
    }

    protected static Conntrack zoned(Zone zone) {
        try {
            return with(udp(1), entry -> entry.zone = zone);
        } catch (LineException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    protected static Expectation expectation(Conntrack master, int flags) {
        Tuple control = master.original();
        return new Expectation(
                new Tuple(Family.IPV4, Protocol.TCP, 0, control.sourceLow(), 0, control.destinationLow(), 0, 7556),
                new Tuple(Family.IPV4, Protocol.TCP, 0, 0xffff_ffffL, 0, 0xffff_ffffL, 0, 0xffff),
                control,
                Zone.DEFAULT,
                60,
                0,
                flags,
                "ftp",
                null,
                null,
                0);
    }

    protected static Conntrack with(Conntrack entry, Consumer<ConntrackBuilder> change) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        change.accept(out);
        return Objects.requireNonNull(out.build());
    }
}
