package org.conntwin.node.local;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * Two copies of one flow, each of which saw packets that the other did not: the life of a connection goes one way, so the
 * one that is further is right. Pure functions.
 */
final class FlowMerge {
    private static final int GROWING = Status.SEEN_REPLY | Status.ASSURED;
    private static final int LEARNT = TcpState.WINDOW_SCALE | TcpState.SACK_PERM;
    /** How far a connection is, by the number of its TCP state. */
    private static final int[] TCP_PROGRESS = {0, 1, 3, 4, 5, 6, 7, 8, 9, 2};

    /**
     * The same of SCTP: a heartbeat opens a further path, which kernels before 6.2 call open by a state of its own, and
     * closed is the end.
     */
    private static final int[] SCTP_PROGRESS = {0, 8, 1, 2, 4, 5, 6, 7, 3, 4};

    private FlowMerge() {}

    /** What {@code here} becomes by what is told; null when it says nothing new. */
    static @Nullable Conntrack merged(Conntrack here, Conntrack told) {
        ConntrackBuilder out = ConntrackBuilder.from(here);
        out.status |= told.status() & GROWING;
        out.unread = here.unread() == null ? told.unread() : here.unread();
        if (here.state() instanceof TcpState own && told.state() instanceof TcpState other) {
            out.state = merged(own, other);
        } else if (here.state() instanceof SctpState own && told.state() instanceof SctpState other) {
            out.state = merged(own, other);
        } else if (here.state() == null) {
            out.state = told.state();
        }
        boolean same = out.status == here.status() && Objects.equals(out.state, here.state());
        return same ? null : out.build();
    }

    /** Windows, scales and flags of either direction are known where its packets were seen; 0 stands for unknown. */
    private static TcpState merged(TcpState own, TcpState other) {
        boolean further = progress(other) > progress(own);
        return new TcpState(
                further ? other.state() : own.state(),
                own.originalScale() == 0 ? other.originalScale() : own.originalScale(),
                own.replyScale() == 0 ? other.replyScale() : own.replyScale(),
                own.originalFlags() | (other.originalFlags() & LEARNT),
                own.replyFlags() | (other.replyFlags() & LEARNT),
                further && other.windows() != null ? other.windows() : own.windows());
    }

    private static SctpState merged(SctpState own, SctpState other) {
        boolean further = progress(other) > progress(own);
        return new SctpState(
                further ? other.state() : own.state(),
                own.originalTag() == 0 ? other.originalTag() : own.originalTag(),
                own.replyTag() == 0 ? other.replyTag() : own.replyTag());
    }

    /** Whether what is told is a new connection in the place of one that is over here. */
    static boolean reopened(Conntrack here, Conntrack told) {
        if (here.state() instanceof SctpState own && told.state() instanceof SctpState other) {
            return reopened(own, other);
        }
        return here.state() instanceof TcpState own
                && told.state() instanceof TcpState other
                && progress(own) >= TCP_PROGRESS[TcpState.LAST_ACK]
                && progress(other) <= TCP_PROGRESS[TcpState.SYN_RECV];
    }

    /** The tags are drawn anew for each association (RFC 9260, section 5.3.1). */
    private static boolean reopened(SctpState own, SctpState other) {
        return progress(own) >= SCTP_PROGRESS[SctpState.SHUTDOWN_ACK_SENT]
                && progress(other) <= SCTP_PROGRESS[SctpState.ESTABLISHED]
                && (differ(own.originalTag(), other.originalTag()) || differ(own.replyTag(), other.replyTag()));
    }

    private static boolean differ(int own, int other) {
        return own != 0 && other != 0 && own != other;
    }

    private static int progress(SctpState state) {
        return state.state() >= 0 && state.state() < SCTP_PROGRESS.length ? SCTP_PROGRESS[state.state()] : 0;
    }

    private static int progress(TcpState state) {
        return state.state() >= 0 && state.state() < TCP_PROGRESS.length ? TCP_PROGRESS[state.state()] : 0;
    }
}
