package org.conntwin.injector;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;

/**
 * Writes expectations in batches. The kernel ignores the timeout at creation, so each is made and then told
 * its lifetime; an existing one only gets its lifetime.
 */
final class ExpectationCommit {
    private static final int BATCH = 256;

    private final ConntrackTable table;
    private final Ownership ownership;
    private final CommitTally tally;
    private final List<Expectation> batch = new ArrayList<>(BATCH);

    ExpectationCommit(ConntrackTable table, Ownership ownership, CommitTally tally) {
        this.table = table;
        this.ownership = ownership;
        this.tally = tally;
    }

    void add(Expectation expectation) {
        ownership.adopt(expectation);
        batch.add(expectation);
        if (batch.size() == BATCH) {
            finish();
        }
    }

    void finish() {
        List<TableChange> changes = new ArrayList<>();
        for (Expectation expectation : batch) {
            changes.add(new TableChange.Expect(expectation));
            changes.add(new TableChange.ExpectTimeout(expectation));
        }
        batch.clear();
        List<Outcome> outcomes = table.apply(changes, Echo.SILENT);
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof TableChange.Expect(var expectation)) {
                switch (outcomes.get(i)) {
                    case DONE -> tally.created(true);
                    case EXISTS -> tally.updated(true);
                    default -> {
                        ownership.disown(expectation);
                        tally.failed("expectation: " + outcomes.get(i).meaning());
                    }
                }
            }
        }
    }
}
