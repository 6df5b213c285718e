package org.conntwin.node.role;

import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.TableException;

/**
 * Has the table make no events while a large commit fills it: an event costs the kernel as much as the entry, and it makes
 * them of its own writer's entries, too. What packets did meanwhile has to be read afterwards, so it is done only where the
 * commit is the larger part of the table.
 */
public final class EventPause {
    /** Fewer entries than this are written in some milliseconds. */
    public static final int SMALLEST_COMMIT = 2048;

    private static final System.Logger LOG = System.getLogger(EventPause.class.getName());

    private final ConntrackTable table;
    private final int smallest;

    /**
     * Pauses the events of {@code table}.
     *
     * @param smallest entries that a commit has at least
     */
    public EventPause(ConntrackTable table, int smallest) {
        this.table = table;
        this.smallest = smallest;
    }

    /** Begins for a commit of so many entries; false when all is told as before, and {@link #end} is not to be called. */
    boolean begins(long entries) {
        if (entries < smallest || 2 * entries < table.count()) {
            return false;
        }
        try {
            return table.pauseEvents();
        } catch (TableException refused) {
            LOG.log(System.Logger.Level.INFO, "events go on during a commit: {0}", refused.getMessage());
            return false;
        }
    }

    /** Ends it, or leaves that to the reading that follows, which tries until it can. */
    void end() {
        try {
            table.resumeEvents();
        } catch (TableException refused) {
            LOG.log(System.Logger.Level.INFO, "events after a commit: {0}", refused.getMessage());
        }
    }
}
