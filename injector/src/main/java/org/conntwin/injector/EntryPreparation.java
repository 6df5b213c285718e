package org.conntwin.injector;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.ProtocolTimeouts;

/**
 * Turns a peer's entry into the one to write. Its lifetime is the full one of its state, as packets refresh
 * timers without events: what the peer last told is stale. With {@code liberal} TCP windows go unchecked on this
 * flow. Otherwise a table that takes windows is told those of the peer; the kernel cannot be told.
 *
 * <p>Windows are told now and then, so that what passed the peer last may be missing in them. If both sides acknowledged
 * such data, each would be refused from then on for acknowledging what nobody sent, and neither could ever show that it
 * did send it. So each side is taken to have sent all that its window allowed.
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
        if (entry.state() instanceof TcpState tcp) {
            out.state = liberal || !windows || tcp.windows() == null
                    ? withoutWindows(tcp)
                    : withWindows(tcp, tcp.windows());
        }
        Conntrack prepared = out.build();
        return prepared == null ? entry : prepared;
    }

    private TcpState withoutWindows(TcpState told) {
        return new TcpState(
                told.state(),
                told.originalScale(),
                told.replyScale(),
                flags(told.originalFlags()),
                flags(told.replyFlags()));
    }

    private static TcpState withWindows(TcpState told, TcpWindows windows) {
        // Nobody will acknowledge exactly as much as is taken to be sent, and nothing less would end the doubt.
        int settled = ~TcpState.DATA_UNACKNOWLEDGED;
        return new TcpState(
                told.state(),
                told.originalScale(),
                told.replyScale(),
                told.originalFlags() & settled,
                told.replyFlags() & settled,
                new TcpWindows(allSent(windows.original()), allSent(windows.reply()), windows.last()));
    }

    private static TcpWindows.Side allSent(TcpWindows.Side side) {
        boolean mayHaveSentMore = side.maxEnd() - side.end() > 0;
        return mayHaveSentMore
                ? new TcpWindows.Side(side.maxEnd(), side.maxEnd(), side.maxWindow(), side.maxAck())
                : side;
    }

    private int flags(int told) {
        int kept = told & KEPT_FLAGS;
        return liberal ? kept | TcpState.BE_LIBERAL | TcpState.SACK_PERM : kept;
    }
}
