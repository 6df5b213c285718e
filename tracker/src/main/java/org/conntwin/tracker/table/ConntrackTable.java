package org.conntwin.tracker.table;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/**
 * A local connection-tracking table: the kernel's or the userspace tracker's. All methods may be called
 * from any thread; calls that change or dump the table take turns.
 */
public interface ConntrackTable extends AutoCloseable {
    /** Whether changes are heard by the table's own listener. */
    enum Echo {
        /** The listener does not hear of the change: the caller accounts for it itself. */
        SILENT,
        /** The listener hears of it as of any other. */
        HEARD
    }

    /** {@code kernel} or {@code userspace}. */
    String name();

    /**
     * Starts to deliver events. What happens after this call returns is heard, so a dump taken after it
     * misses nothing. Once only.
     *
     * @throws TableException when events cannot be had
     */
    void listen(TableListener listener);

    /**
     * The same for a listener that does not want all of them; the table may deliver them nevertheless.
     *
     * @param filter what the listener wants
     */
    default void listen(TableListener listener, EventFilter filter) {
        listen(listener);
    }

    /**
     * Tells of no entry that is made or changed until {@link #resumeEvents}; what ends is told, and so are expectations.
     * A table takes changes faster meanwhile if it need not make events of them.
     *
     * @return false where nothing would be gained: all is told as before
     * @throws TableException when the table refuses
     */
    default boolean pauseEvents() {
        return false;
    }

    /**
     * Waits until what happened before this call is told, at most so long: a dump that is taken then is not older than
     * what is told after it.
     */
    default void awaitTold(Duration most) {}

    /**
     * Tells of everything again. What happens after this call returns is heard, so a dump taken after it misses nothing.
     *
     * @throws TableException when events cannot be had any more
     */
    default void resumeEvents() {}

    /**
     * Visits every entry once, in no order. The table goes on changing meanwhile.
     *
     * @throws TableException when the dump fails
     */
    void dump(Consumer<? super Conntrack> visitor);

    /**
     * The entry with this original tuple in this zone, as it is now; null when there is none. It shows what no event
     * tells: the kernel moves sequence adjustments without one.
     */
    @Nullable
    Conntrack find(Tuple original, Zone zone);

    /** Visits every expectation once, in no order. */
    void dumpExpectations(Consumer<? super Expectation> visitor);

    /**
     * Applies changes in order; a refused one does not stop the rest.
     *
     * @return the outcome of each change, in their order
     */
    List<Outcome> apply(List<? extends TableChange> changes, Echo echo);

    /** Removes the entries that the filter selects, and their expectations; listeners hear of it. */
    void flush(FlushFilter filter);

    /** Removes all expectations; listeners hear of it. */
    void flushExpectations();

    /** Number of entries now. */
    long count();

    /** Most entries that it takes; 0 when that is not known. */
    long limit();

    /** Whether entries may be made and changed with TCP windows: then windows are told by its entries, too. */
    default boolean takesWindows() {
        return false;
    }

    /**
     * Whether it drops segments of a new flow that do not fit its windows. A firewall that sees only one direction of a flow
     * has windows that stand still.
     */
    default boolean judgesWindows() {
        return false;
    }

    /** The lifetimes that the table gives to flows by protocol and state. */
    ProtocolTimeouts timeouts();

    /** Counters since opening. */
    TableCounters counters();

    /**
     * What the tracker behind the table counted since it began, by name, as {@code conntrack -S} does; empty where the
     * operating system counts.
     */
    default Map<String, Long> trackerCounters() {
        return Map.of();
    }

    /** Stops listening and frees what it holds; entries stay. */
    @Override
    void close();
}
