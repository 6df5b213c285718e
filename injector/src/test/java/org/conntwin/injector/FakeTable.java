package org.conntwin.injector;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableCounters;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.table.TableListener;
import org.jspecify.annotations.Nullable;

/** A table in memory that answers as the kernel does, and keeps a log of what it was asked. */
final class FakeTable implements ConntrackTable {
    record Key(Tuple original, Zone zone) {
        static Key of(Conntrack entry) {
            return new Key(entry.original(), entry.zone());
        }
    }

    final Map<Key, Conntrack> entries = new LinkedHashMap<>();
    final Map<Tuple, Expectation> expectations = new LinkedHashMap<>();
    final List<String> log;
    final Set<String> helpers = new HashSet<>(Set.of("ftp"));
    boolean labels = true;
    int capacity = Integer.MAX_VALUE;
    /** So many changes are taken; then the table cannot be used. */
    int failsAfter = Integer.MAX_VALUE;

    private int taken;

    FakeTable(List<String> log) {
        this.log = log;
    }

    /** The entry of this tuple and zone as the table has it. */
    Conntrack at(Conntrack entry) {
        Conntrack there = entries.get(Key.of(entry));
        if (there == null) {
            throw new AssertionError("not in the table: " + entry);
        }
        return there;
    }

    boolean holds(Conntrack entry) {
        return entries.containsKey(Key.of(entry));
    }

    @Override
    public synchronized List<Outcome> apply(List<? extends TableChange> changes, Echo echo) {
        taken += changes.size();
        if (taken > failsAfter) {
            throw new TableException("the table is gone");
        }
        if (echo != Echo.SILENT) {
            throw new AssertionError("a commit must not hear itself");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (TableChange change : changes) {
            Outcome outcome = apply(change);
            log.add(change.getClass().getSimpleName() + " " + Lines.name(change) + " " + outcome);
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private Outcome apply(TableChange change) {
        return switch (change) {
            case TableChange.Insert(var entry) -> insert(entry);
            case TableChange.Update(var entry) -> update(entry);
            case TableChange.Delete(var entry) -> entries.remove(Key.of(entry)) == null ? Outcome.ABSENT : Outcome.DONE;
            case TableChange.Expect(var expectation) -> expect(expectation);
            case TableChange.ExpectTimeout(var expectation) -> timeout(expectation);
            case TableChange.Unexpect(var expectation) ->
                expectations.remove(expectation.tuple()) == null ? Outcome.ABSENT : Outcome.DONE;
        };
    }

    private Outcome insert(Conntrack entry) {
        Tuple master = entry.master();
        if (holds(entry)) {
            return Outcome.EXISTS;
        }
        if (entries.size() >= capacity) {
            return Outcome.TABLE_FULL;
        }
        if (entry.helper() != null && !helpers.contains(entry.helper())) {
            return Outcome.HELPER_UNKNOWN;
        }
        if (entry.labels() != null && !labels) {
            return Outcome.UNSUPPORTED;
        }
        if (master != null && !entries.containsKey(new Key(master, entry.zone()))) {
            return Outcome.MASTER_MISSING;
        }
        entries.put(Key.of(entry), entry);
        return Outcome.DONE;
    }

    private Outcome update(Conntrack entry) {
        Conntrack there = entries.get(Key.of(entry));
        if (there == null) {
            return Outcome.ABSENT;
        }
        int growing = Status.SEEN_REPLY | Status.ASSURED;
        if (entry.status() != 0 && (there.status() & growing & ~entry.status()) != 0) {
            return Outcome.BUSY;
        }
        if (there.has(Status.FIXED_TIMEOUT)
                && !entry.has(Status.FIXED_TIMEOUT)
                && entry.timeoutSeconds() != Conntrack.UNKNOWN) {
            return Outcome.BUSY;
        }
        if (entry.labels() != null && !labels) {
            return Outcome.UNSUPPORTED;
        }
        entries.put(Key.of(entry), entry);
        return Outcome.DONE;
    }

    private Outcome expect(Expectation expectation) {
        Conntrack master = entries.get(new Key(expectation.master(), expectation.zone()));
        if (master == null) {
            return Outcome.MASTER_MISSING;
        }
        if (master.helper() == null) {
            return Outcome.HELPER_UNKNOWN;
        }
        if (expectations.containsKey(expectation.tuple())) {
            return Outcome.EXISTS;
        }
        // The kernel takes the lifetime from the helper's policy.
        expectations.put(expectation.tuple(), expectation.withTimeout(300));
        return Outcome.DONE;
    }

    private Outcome timeout(Expectation expectation) {
        return expectations.computeIfPresent(
                                expectation.tuple(), (tuple, there) -> there.withTimeout(expectation.timeoutSeconds()))
                        == null
                ? Outcome.ABSENT
                : Outcome.DONE;
    }

    @Override
    public long limit() {
        return 0;
    }

    @Override
    public ProtocolTimeouts timeouts() {
        return ProtocolTimeouts.LINUX;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void listen(TableListener listener) {
        throw new UnsupportedOperationException("a commit does not listen");
    }

    @Override
    public void dump(Consumer<? super Conntrack> visitor) {
        entries.values().forEach(visitor);
    }

    @Override
    public @Nullable Conntrack find(Tuple original, Zone zone) {
        return entries.get(new Key(original, zone));
    }

    @Override
    public void dumpExpectations(Consumer<? super Expectation> visitor) {
        expectations.values().forEach(visitor);
    }

    @Override
    public void flush(FlushFilter filter) {
        throw new UnsupportedOperationException("a commit does not flush");
    }

    @Override
    public void flushExpectations() {
        throw new UnsupportedOperationException("a commit does not flush");
    }

    @Override
    public long count() {
        return entries.size();
    }

    @Override
    public TableCounters counters() {
        return new TableCounters(0, 0, 0, 0, 0);
    }

    @Override
    public void close() {}
}
