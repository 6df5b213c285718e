package org.conntwin.tracker.table;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/**
 * Hears what happens in a table. All calls come from one thread of the table, in the table's order,
 * between {@link #batchBegins} and {@link #batchEnds}; a listener must not block for long, as the
 * table buffers only so much.
 */
public interface TableListener {
    /** A batch of events follows. */
    void batchBegins();

    /** The batch is over; what the listener does once a batch, it does here. */
    void batchEnds();

    /** An entry was made, changed or destroyed. */
    void conntrack(EventKind kind, Conntrack entry);

    /** An expectation was made, changed or destroyed. */
    void expectation(EventKind kind, Expectation expectation);

    /**
     * TCP windows moved, which is no event and only the userspace tracker tells, now and then: the entry as it is now,
     * within a batch.
     */
    default void windowsMoved(Conntrack entry) {}

    /** Events were lost: only a dump tells the truth now. Outside of any batch. */
    void overrun();
}
