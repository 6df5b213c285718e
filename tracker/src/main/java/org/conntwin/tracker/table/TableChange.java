package org.conntwin.tracker.table;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/** One change of a batch. */
public sealed interface TableChange {
    /** Makes the entry; {@link Outcome#EXISTS} when its tuple is taken. */
    record Insert(Conntrack entry) implements TableChange {}

    /**
     * Changes what may change on an existing entry: timeout, protocol state, mark, labels, sequence
     * adjustment, status bits that only grow. Labels that are null stay, empty ones take away those there are.
     * Addresses, helper and master stay as they are: the kernel refuses another helper (EBUSY), or one where there is
     * none (EOPNOTSUPP), and the rest of the request with it, so they are not asked to change.
     */
    record Update(Conntrack entry) implements TableChange {}

    /** Removes the entry with this original tuple and zone. */
    record Delete(Conntrack entry) implements TableChange {}

    /** Makes the expectation; its master must exist. */
    record Expect(Expectation expectation) implements TableChange {}

    /** Sets the timeout of an existing expectation (creation ignores it, kernel behaviour). */
    record ExpectTimeout(Expectation expectation) implements TableChange {}

    /** Removes the expectation. */
    record Unexpect(Expectation expectation) implements TableChange {}
}
