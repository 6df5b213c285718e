package org.conntwin.it.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.conntwin.tracker.kernel.KernelTable;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.text.ExpectationText;

/**
 * Fills and reads the kernel table of the namespace that it runs in, for what the stock tools cannot do or not fast
 * enough.
 *
 * <pre>
 *  kinds            makes one entry of every kind; prints each that the kernel refused, exits 1 when there is one
 *  burst N          makes N established TCP entries at full speed; prints one line with the time
 *  rewrite          reads everything, empties the table and writes it back
 *  lines            prints every entry, then every expectation, as dumps do
 *  details          prints every field of every entry and expectation that must agree between nodes, one a line
 * </pre>
 */
public final class TableProgram {
    private static final int BATCH = 4_096;

    private TableProgram() {}

    /** Runs one action. */
    public static void main(String[] arguments) {
        int exitCode;
        try (KernelTable table = new KernelTable()) {
            exitCode = switch (arguments[0]) {
                case "kinds" -> kinds(table);
                case "burst" -> burst(table, Integer.parseInt(arguments[1]));
                case "rewrite" -> rewrite(table);
                case "lines" -> lines(table);
                case "details" -> details(table);
                default -> 2;
            };
        }
        System.exit(exitCode);
    }

    private static int kinds(ConntrackTable table) {
        List<TableChange> changes = EntryKinds.all();
        return report(changes, table.apply(changes, ConntrackTable.Echo.HEARD));
    }

    private static int report(List<TableChange> changes, List<Outcome> outcomes) {
        int refused = 0;
        for (int i = 0; i < changes.size(); i++) {
            if (outcomes.get(i) != Outcome.DONE) {
                refused++;
                System.out.println(outcomes.get(i) + " " + changes.get(i));
            }
        }
        System.out.println(changes.size() - refused + " made");
        return refused == 0 ? 0 : 1;
    }

    private static int burst(ConntrackTable table, int entries) {
        List<TableChange> batch = new ArrayList<>(BATCH);
        int refused = 0;
        long start = System.nanoTime();
        for (int i = 0; i < entries; i++) {
            batch.add(new TableChange.Insert(BurstFlows.numbered(i)));
            if (batch.size() == BATCH || i == entries - 1) {
                List<Outcome> outcomes = table.apply(batch, ConntrackTable.Echo.HEARD);
                refused += (int) outcomes.stream()
                        .filter(outcome -> outcome != Outcome.DONE)
                        .count();
                batch.clear();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "inserted %d entries in %.3f s (%.0f/s), refused %d%n",
                entries - refused,
                seconds,
                entries / seconds,
                refused);
        return refused == 0 ? 0 : 1;
    }

    private static int rewrite(ConntrackTable table) {
        List<TableChange> masters = new ArrayList<>();
        List<TableChange> others = new ArrayList<>();
        table.dump(entry -> (entry.master() == null ? masters : others).add(new TableChange.Insert(entry)));
        table.dumpExpectations(expectation -> {
            others.add(new TableChange.Expect(expectation));
            others.add(new TableChange.ExpectTimeout(expectation));
        });
        table.flush(FlushFilter.ALL);
        masters.addAll(others);
        return report(masters, table.apply(masters, ConntrackTable.Echo.HEARD));
    }

    private static int lines(ConntrackTable table) {
        table.dump(entry -> System.out.println(EntryText.line(entry)));
        table.dumpExpectations(expectation -> System.out.println(ExpectationText.line(expectation)));
        return 0;
    }

    private static int details(ConntrackTable table) {
        table.dump(entry -> System.out.println(withoutRunningParts(entry)));
        table.dumpExpectations(expectation -> System.out.println(withoutRunningParts(expectation)));
        return 0;
    }

    private static Conntrack withoutRunningParts(Conntrack entry) {
        ConntrackBuilder builder = ConntrackBuilder.from(entry);
        builder.id = 0;
        builder.timeoutSeconds = 0;
        builder.accounting = null;
        builder.timestamps = null;
        if (entry.state() instanceof TcpState tcp) {
            // Flags are written by the commit on purpose (liberal windows); state and scales must agree.
            builder.state = new TcpState(tcp.state(), tcp.originalScale(), tcp.replyScale(), 0, 0);
        }
        Conntrack reduced = builder.build();
        return reduced == null ? entry : reduced;
    }

    private static Expectation withoutRunningParts(Expectation expectation) {
        return new Expectation(
                expectation.tuple(),
                expectation.mask(),
                expectation.master(),
                expectation.zone(),
                0,
                expectation.expectClass(),
                expectation.flags(),
                expectation.helper(),
                expectation.function(),
                expectation.nat(),
                0);
    }
}
