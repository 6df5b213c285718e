package org.conntwin.injector;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.injector.BatchThread.Written;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;

/**
 * Writes entries in batches: what the node does not have is made, what it has is updated; neither guess
 * needs to be right. Entries with a master wait until all others are written.
 *
 * <p>While the table takes full batches on a thread of their own, the caller's thread reads and prepares the next ones and
 * settles those before: the table is what a commit of many entries waits for, and nothing else.
 */
final class EntryCommit implements AutoCloseable {
    private static final int BATCH = 1024;
    /** A chain of masters longer than this is broken. */
    private static final int GENERATIONS = 4;
    /** Insert, found to exist, update, refused, simpler update. */
    private static final int ATTEMPTS = 3;

    private final ConntrackTable table;
    private final EntryPreparation preparation;
    private final Ownership ownership;
    private final CommitTally tally;
    private final List<TableChange> batch = new ArrayList<>(BATCH);
    private final List<Conntrack> related = new ArrayList<>();
    private final BatchThread writer = new BatchThread();

    EntryCommit(ConntrackTable table, EntryPreparation preparation, Ownership ownership, CommitTally tally) {
        this.table = table;
        this.preparation = preparation;
        this.ownership = ownership;
        this.tally = tally;
    }

    void add(Conntrack entry) {
        if (entry.master() != null) {
            related.add(entry);
        } else {
            write(entry);
        }
    }

    private void write(Conntrack entry) {
        Ownership.Standing standing = ownership.standing(entry);
        if (standing == Ownership.Standing.NEWER) {
            tally.skipped();
            return;
        }
        Conntrack prepared = preparation.prepare(entry);
        ownership.adopt(prepared);
        batch.add(
                standing == Ownership.Standing.UNKNOWN
                        ? new TableChange.Insert(prepared)
                        : new TableChange.Update(prepared));
        if (batch.size() == BATCH) {
            List<TableChange> full = List.copyOf(batch);
            Written before = writer.next(full, () -> table.apply(full, Echo.SILENT));
            batch.clear();
            if (before != null) {
                settle(before);
            }
        }
    }

    /** Writes what is left; nothing is added after it. */
    void finish() {
        flush();
        for (int generation = 0; generation < GENERATIONS && !related.isEmpty(); generation++) {
            List<Conntrack> now = List.copyOf(related);
            related.clear();
            now.forEach(this::write);
            flush();
        }
        // Whoever is left has a master that is not to be had: its own flow goes on without.
        List<Conntrack> orphans = List.copyOf(related);
        related.clear();
        for (Conntrack orphan : orphans) {
            tally.remark("committed without their master, which is gone");
            write(Reduced.withoutMaster(orphan));
        }
        flush();
    }

    private void flush() {
        for (Written before = writer.oldest(); before != null; before = writer.oldest()) {
            settle(before);
        }
        settle(List.copyOf(batch), 1);
        batch.clear();
    }

    private void settle(Written written) {
        settle(settled(written.batch(), written.outcomes(), 1), 2);
    }

    private void settle(List<TableChange> changes, int firstAttempt) {
        List<TableChange> round = changes;
        for (int attempt = firstAttempt; !round.isEmpty(); attempt++) {
            round = settled(round, table.apply(round, Echo.SILENT), attempt);
        }
    }

    /** Counts the outcomes of an attempt; what is to be tried again. */
    private List<TableChange> settled(List<TableChange> round, List<Outcome> outcomes, int attempt) {
        List<TableChange> again = new ArrayList<>();
        for (int i = 0; i < round.size(); i++) {
            settle(round.get(i), outcomes.get(i), attempt, again);
        }
        return again;
    }

    /** Counts what is through, and gives the rest another try, the other way round or simpler. */
    private void settle(TableChange change, Outcome outcome, int attempt, List<TableChange> again) {
        boolean more = attempt < ATTEMPTS;
        switch (change) {
            case TableChange.Insert(var entry) -> {
                switch (outcome) {
                    case DONE -> tally.created(false);
                    case MASTER_MISSING -> later(entry);
                    case EXISTS -> againOr(more, new TableChange.Update(entry), entry, outcome, again);
                    case HELPER_UNKNOWN, UNSUPPORTED -> bare(entry, outcome);
                    default -> refused(entry, outcome.meaning());
                }
            }
            case TableChange.Update(var entry) -> {
                switch (outcome) {
                    case DONE -> tally.updated(false);
                    case ABSENT -> againOr(more, new TableChange.Insert(entry), entry, outcome, again);
                    case BUSY, UNSUPPORTED ->
                        againOr(more, new TableChange.Update(Reduced.essentials(entry)), entry, outcome, again);
                    default -> refused(entry, outcome.meaning());
                }
            }
            default -> throw new IllegalStateException("not a change of an entry: " + change);
        }
    }

    private void againOr(boolean more, TableChange next, Conntrack entry, Outcome outcome, List<TableChange> again) {
        if (more) {
            again.add(next);
        } else {
            refused(entry, outcome.meaning());
        }
    }

    private void later(Conntrack entry) {
        ownership.disown(entry);
        related.add(entry);
    }

    /** Without its helper or its extras the flow itself lives on; the loss is reported. */
    private void bare(Conntrack entry, Outcome outcome) {
        boolean helperUnknown = outcome == Outcome.HELPER_UNKNOWN;
        String helper = entry.helper();
        Conntrack plain = helperUnknown ? Reduced.withoutHelper(entry) : Reduced.withoutExtras(entry);
        ownership.adopt(plain);
        Outcome last =
                table.apply(List.of(new TableChange.Insert(plain)), Echo.SILENT).getFirst();
        if (last == Outcome.MASTER_MISSING) {
            later(entry);
        } else if (last != Outcome.DONE) {
            refused(plain, last.meaning());
        } else if (helperUnknown) {
            tally.failed("helper " + helper + " is not known here, committed without it"
                    + (table.name().equals("userspace") ? "" : " (load nf_conntrack_" + helper + ")"));
        } else {
            tally.created(false);
            tally.remark("committed without labels or sequence adjustment, which the local table refused");
        }
    }

    private void refused(Conntrack entry, String cause) {
        ownership.disown(entry);
        tally.failed(cause);
    }

    /** After a failure what was not written is given up. */
    @Override
    public void close() {
        writer.end().forEach(this::giveUp);
        batch.forEach(this::giveUp);
    }

    private void giveUp(TableChange change) {
        switch (change) {
            case TableChange.Insert(var entry) -> ownership.disown(entry);
            case TableChange.Update(var entry) -> ownership.disown(entry);
            default -> throw new IllegalStateException("not a change of an entry: " + change);
        }
    }
}
