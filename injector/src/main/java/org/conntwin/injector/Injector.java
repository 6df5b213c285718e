package org.conntwin.injector;

import org.conntwin.tracker.table.ConntrackTable;

/**
 * Commits what peers owned into the local table, in the order masters, related entries, expectations. Safe to
 * repeat: an entry that is there is updated, never destroyed and made again. One commit at a time.
 */
public final class Injector {
    private final ConntrackTable table;
    private final boolean liberal;

    /**
     * Writes to the table.
     *
     * @param liberal whether TCP windows go unchecked on committed flows
     */
    public Injector(ConntrackTable table, boolean liberal) {
        this.table = table;
        this.liberal = liberal;
    }

    /**
     * Commits the source. Changes do not come back to the table's listener; {@code ownership} hears instead.
     *
     * @throws org.conntwin.tracker.table.TableException when the table cannot be used at all
     */
    public synchronized CommitReport commit(CommitSource source, Ownership ownership, CommitKinds kinds) {
        long start = System.nanoTime();
        CommitTally tally = new CommitTally();
        if (kinds.entries()) {
            EntryPreparation preparation = EntryPreparation.of(table, liberal);
            try (EntryCommit entries = new EntryCommit(table, preparation, ownership, tally)) {
                source.entries(entries::add);
                entries.finish();
            }
        }
        if (kinds.expectations()) {
            ExpectationCommit expectations = new ExpectationCommit(table, ownership, tally);
            source.expectations(expectations::add);
            expectations.finish();
        }
        for (int missing = source.unreadable(); missing > 0; missing--) {
            tally.failed("the record of the peer cannot be read");
        }
        return tally.report((System.nanoTime() - start) / 1e9);
    }
}
