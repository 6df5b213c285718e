package org.conntwin.injector;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ProtocolTimeouts;

/**
 * Turns a peer's entry into the one to write. Its lifetime is the full one of its state, as packets refresh
 * timers without events: what the peer last told is stale. With {@code liberal} TCP windows go unchecked on this
 * flow. Otherwise a table that takes windows is told those of the peer, exactly; the kernel cannot be told.
 */
public final class EntryPreparation {
    private static final int KEPT_FLAGS = TcpState.WINDOW_SCALE | TcpState.SACK_PERM | TcpState.CLOSE_INIT;

    private final ProtocolTimeouts timeouts;
    private final boolean liberal;
    private final boolean windows;

    /**
     * With the lifetimes of the local table.
     *
     * @param windows whether the local table takes TCP windows
     */
    public EntryPreparation(ProtocolTimeouts timeouts, boolean liberal, boolean windows) {
        this.timeouts = timeouts;
        this.liberal = liberal;
        this.windows = windows;
    }

    /** As the table has it now. */
    public static EntryPreparation of(ConntrackTable table, boolean liberal) {
        return new EntryPreparation(table.timeouts(), liberal, table.takesWindows());
    }

    /** The entry to write. */
    public Conntrack prepare(Conntrack entry) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        out.status &= ~Status.DYING;
        // A longer told lifetime comes from a timeout policy or from a fixed timeout.
        out.timeoutSeconds = entry.has(Status.FIXED_TIMEOUT)
                ? entry.timeoutSeconds()
                : Math.max(entry.timeoutSeconds(), timeouts.of(entry));
        if (entry.state() instanceof TcpState tcp && (liberal || !windows || tcp.windows() == null)) {
            out.state = new TcpState(
                    tcp.state(),
                    tcp.originalScale(),
                    tcp.replyScale(),
                    flags(tcp.originalFlags()),
                    flags(tcp.replyFlags()));
        }
        Conntrack prepared = out.build();
        return prepared == null ? entry : prepared;
    }

    private int flags(int told) {
        int kept = told & KEPT_FLAGS;
        return liberal ? kept | TcpState.BE_LIBERAL | TcpState.SACK_PERM : kept;
    }
}
