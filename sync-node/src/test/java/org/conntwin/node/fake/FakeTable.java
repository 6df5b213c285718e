package org.conntwin.node.fake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableCounters;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.table.TableListener;
import org.jspecify.annotations.Nullable;

/**
 * A table in two maps. Events are delivered on the thread that causes them, without the table's lock, as if they
 * came from a thread of their own. Thread-safe.
 */
public final class FakeTable implements ConntrackTable {
    private final Map<Tuple, Conntrack> entries = new LinkedHashMap<>();
    /** When each entry was made or changed last. */
    private final Map<Tuple, Long> since = new HashMap<>();

    private final Map<Tuple, Expectation> expectations = new LinkedHashMap<>();
    private final List<TableChange> applied = new ArrayList<>();
    private @Nullable TableListener listener;
    private @Nullable Function<TableChange, @Nullable Outcome> refusing;
    private @Nullable Runnable duringDump;
    private Runnable beforeTold = () -> {};
    private boolean broken;
    private boolean paused;
    private boolean refusesPause;
    private long events;

    /** Gives another outcome to some changes; null for the ordinary one. */
    public synchronized void refuse(@Nullable Function<TableChange, @Nullable Outcome> outcome) {
        refusing = outcome;
    }

    /** Runs before the last entry of a dump is shown. */
    public synchronized void duringDump(@Nullable Runnable action) {
        duringDump = action;
    }

    /** Runs this whenever somebody waits for all to be told. */
    public synchronized void beforeTold(Runnable action) {
        beforeTold = action;
    }

    /** Whether dumps fail from now on. */
    public synchronized void broken(boolean fails) {
        broken = fails;
    }

    /** Pauses fail from now on. */
    public synchronized void refusePause() {
        refusesPause = true;
    }

    /** A packet made or changed the entry. */
    public void traffic(Conntrack entry) {
        EventKind kind;
        synchronized (this) {
            kind = put(entry) == null ? EventKind.NEW : EventKind.UPDATE;
        }
        tell(kind, entry);
    }

    /** The entry's time is over. */
    public void expire(Tuple tuple) {
        Conntrack gone;
        synchronized (this) {
            gone = entries.remove(tuple);
        }
        if (gone != null) {
            tell(EventKind.DESTROY, gone);
        }
    }

    /** The entry goes or comes without an event, as after an overrun. */
    public synchronized void silently(Tuple tuple, @Nullable Conntrack entry) {
        if (entry == null) {
            entries.remove(tuple);
        } else {
            put(entry);
        }
    }

    private synchronized @Nullable Conntrack put(Conntrack entry) {
        since.put(entry.original(), System.nanoTime());
        return entries.put(entry.original(), entry);
    }

    /** A helper made the expectation. */
    public void expect(Expectation expectation) {
        TableListener hears;
        synchronized (this) {
            expectations.put(expectation.tuple(), expectation);
            hears = listener;
        }
        if (hears != null) {
            hears.batchBegins();
            hears.expectation(EventKind.NEW, expectation);
            hears.batchEnds();
        }
    }

    private void tell(EventKind kind, Conntrack entry) {
        TableListener hears;
        synchronized (this) {
            hears = paused && kind != EventKind.DESTROY ? null : listener;
            events++;
        }
        if (hears != null) {
            hears.batchBegins();
            hears.conntrack(kind, entry);
            hears.batchEnds();
        }
    }

    /** The entry; null when it is not there. */
    public synchronized @Nullable Conntrack entry(Tuple tuple) {
        return entries.get(tuple);
    }

    /** All expectations. */
    public synchronized List<Expectation> expectations() {
        return List.copyOf(expectations.values());
    }

    /** All changes that were to be applied, refused ones too, in their order. */
    public synchronized List<TableChange> applied() {
        return List.copyOf(applied);
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public synchronized void listen(TableListener hears) {
        listener = hears;
        paused = false;
    }

    @Override
    public synchronized boolean pauseEvents() {
        if (refusesPause) {
            throw new TableException("no pause");
        }
        paused = true;
        return true;
    }

    @Override
    public void awaitTold(Duration most) {
        Runnable action;
        synchronized (this) {
            action = beforeTold;
        }
        action.run();
    }

    @Override
    public synchronized void resumeEvents() {
        if (broken) {
            throw new IllegalStateException("expected by the test: no events any more");
        }
        paused = false;
    }

    @Override
    public void dump(Consumer<? super Conntrack> visitor) {
        List<Conntrack> all;
        Runnable action;
        synchronized (this) {
            if (broken) {
                throw new TableException("the table cannot be read: try again");
            }
            all = List.copyOf(entries.values());
            action = duringDump;
        }
        for (int i = 0; i < all.size(); i++) {
            if (i == all.size() - 1 && action != null) {
                action.run();
            }
            visitor.accept(all.get(i));
        }
    }

    @Override
    public void dumpExpectations(Consumer<? super Expectation> visitor) {
        expectations().forEach(visitor);
    }

    @Override
    public @Nullable Conntrack find(Tuple original, Zone zone) {
        Conntrack entry = entry(original);
        if (entry == null) {
            return null;
        }
        ConntrackBuilder now = ConntrackBuilder.from(entry);
        now.timeoutSeconds -= (int) ((System.nanoTime() - since(original)) / 1_000_000_000L);
        return now.build();
    }

    private synchronized long since(Tuple original) {
        return since.getOrDefault(original, System.nanoTime());
    }

    @Override
    public List<Outcome> apply(List<? extends TableChange> changes, Echo echo) {
        List<Outcome> outcomes = new ArrayList<>();
        for (TableChange change : changes) {
            Function<TableChange, @Nullable Outcome> refuses;
            synchronized (this) {
                applied.add(change);
                refuses = refusing;
            }
            Outcome refused = refuses == null ? null : refuses.apply(change);
            outcomes.add(refused == null ? apply(change, echo) : refused);
        }
        return outcomes;
    }

    private Outcome apply(TableChange change, Echo echo) {
        Conntrack before;
        synchronized (this) {
            switch (change) {
                case TableChange.Insert(var entry) -> {
                    if (entries.containsKey(entry.original())) {
                        return Outcome.EXISTS;
                    }
                    Tuple master = entry.master();
                    if (master != null && !entries.containsKey(master)) {
                        return Outcome.MASTER_MISSING;
                    }
                    put(entry);
                }
                case TableChange.Update(var entry) -> {
                    if (!entries.containsKey(entry.original())) {
                        return Outcome.ABSENT;
                    }
                    put(entry);
                }
                case TableChange.Delete(var entry) -> {
                    before = entries.remove(entry.original());
                    if (before == null) {
                        return Outcome.ABSENT;
                    }
                }
                case TableChange.Expect(var expectation) -> {
                    return expectations.putIfAbsent(expectation.tuple(), expectation) == null
                            ? Outcome.DONE
                            : Outcome.EXISTS;
                }
                case TableChange.ExpectTimeout(var expectation) -> {
                    return expectations.containsKey(expectation.tuple()) ? Outcome.DONE : Outcome.ABSENT;
                }
                case TableChange.Unexpect(var expectation) -> {
                    return expectations.remove(expectation.tuple()) == null ? Outcome.ABSENT : Outcome.DONE;
                }
            }
        }
        if (echo == Echo.HEARD) {
            switch (change) {
                case TableChange.Insert(var entry) -> tell(EventKind.NEW, entry);
                case TableChange.Update(var entry) -> tell(EventKind.UPDATE, entry);
                case TableChange.Delete(var entry) -> tell(EventKind.DESTROY, entry);
                default -> {}
            }
        }
        return Outcome.DONE;
    }

    @Override
    public void flush(FlushFilter filter) {
        List<Tuple> all;
        synchronized (this) {
            all = List.copyOf(entries.keySet());
        }
        all.forEach(this::expire);
    }

    @Override
    public synchronized void flushExpectations() {
        expectations.clear();
    }

    @Override
    public synchronized long count() {
        return entries.size();
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
    public synchronized TableCounters counters() {
        return new TableCounters(events, 2, 0, 0, 4096);
    }

    @Override
    public void close() {}
}
