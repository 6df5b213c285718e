package org.conntwin.node.local;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.conntwin.injector.Reduced;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes into the local table; what it refuses is written the other way round, or with less, as a commit does. By one
 * thread; counters are for any.
 */
final class ThroughWriter {
    private static final int ATTEMPTS = 5;

    private final ConntrackTable table;
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();

    ThroughWriter(ConntrackTable table) {
        this.table = table;
    }

    /**
     * Writes.
     *
     * @param masters finds the entry that is to be a flow's master, ready to be written; null when nobody has it
     */
    void write(List<TableChange> changes, Function<Conntrack, @Nullable Conntrack> masters) {
        List<TableChange> round = changes;
        Set<Conntrack> asked = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int attempt = 1; !round.isEmpty(); attempt++) {
            List<Outcome> outcomes = applied(round);
            List<TableChange> again = new ArrayList<>();
            for (int i = 0; i < round.size(); i++) {
                int before = again.size();
                if (attempt < ATTEMPTS) {
                    otherwise(round.get(i), outcomes.get(i), asked, masters, again);
                }
                if (again.size() == before) {
                    count(round.get(i), outcomes.get(i));
                }
            }
            round = again;
        }
    }

    /** In their order. Deletions are heard, so that a re-reading that goes on meanwhile learns of them. */
    private List<Outcome> applied(List<TableChange> changes) {
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        List<TableChange> run = new ArrayList<>();
        for (TableChange change : changes) {
            if (!run.isEmpty() && removes(change) != removes(run.getFirst())) {
                outcomes.addAll(table.apply(run, echo(run)));
                run.clear();
            }
            run.add(change);
        }
        outcomes.addAll(table.apply(run, echo(run)));
        return outcomes;
    }

    private void otherwise(
            TableChange change,
            Outcome outcome,
            Set<Conntrack> asked,
            Function<Conntrack, @Nullable Conntrack> masters,
            List<TableChange> again) {
        switch (change) {
            case TableChange.Insert(var entry) -> {
                switch (outcome) {
                    case EXISTS -> again.add(new TableChange.Update(entry));
                    case MASTER_MISSING -> {
                        Conntrack master = asked.add(entry) ? masters.apply(entry) : null;
                        if (master != null) {
                            again.add(new TableChange.Insert(master));
                        }
                        again.add(new TableChange.Insert(master == null ? Reduced.withoutMaster(entry) : entry));
                    }
                    case HELPER_UNKNOWN -> {
                        count(change, outcome);
                        again.add(new TableChange.Insert(Reduced.withoutHelper(entry)));
                    }
                    case UNSUPPORTED -> again.add(new TableChange.Insert(Reduced.withoutExtras(entry)));
                    default -> {}
                }
            }
            case TableChange.Update(var entry) -> {
                switch (outcome) {
                    case ABSENT -> again.add(new TableChange.Insert(entry));
                    case BUSY, UNSUPPORTED -> again.add(new TableChange.Update(Reduced.essentials(entry)));
                    default -> {}
                }
            }
            default -> {}
        }
    }

    private static boolean removes(TableChange change) {
        return change instanceof TableChange.Delete || change instanceof TableChange.Unexpect;
    }

    private static Echo echo(List<TableChange> run) {
        return removes(run.getFirst()) ? Echo.HEARD : Echo.SILENT;
    }

    private void count(TableChange change, Outcome outcome) {
        boolean gone = outcome == Outcome.ABSENT && removes(change);
        boolean known = outcome == Outcome.EXISTS && change instanceof TableChange.Expect;
        if (outcome == Outcome.DONE || gone || known) {
            written.increment();
        } else {
            failed(outcome.meaning());
        }
    }

    /** Counts what was not written. */
    void failed(String cause) {
        failures.computeIfAbsent(cause, any -> new LongAdder()).increment();
    }

    long written() {
        return written.sum();
    }

    Map<String, Long> failures() {
        Map<String, Long> counts = new TreeMap<>();
        failures.forEach((cause, count) -> counts.put(cause, count.sum()));
        return counts;
    }
}
