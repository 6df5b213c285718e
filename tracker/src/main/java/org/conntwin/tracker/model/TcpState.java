package org.conntwin.tracker.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TCP state as ctnetlink carries it.
 *
 * @param state 0 to 9, see {@link #NAMES}
 * @param originalScale window scale of the original direction, 0 to 14
 * @param replyScale window scale of the reply direction, 0 to 14
 * @param originalFlags flags of the original direction, see the constants
 * @param replyFlags flags of the reply direction
 * @param windows what only the userspace tracker knows, null from the kernel
 */
public record TcpState(
        int state,
        int originalScale,
        int replyScale,
        int originalFlags,
        int replyFlags,
        @Nullable TcpWindows windows) implements ProtocolState {
    public static final int NONE = 0;
    public static final int SYN_SENT = 1;
    public static final int SYN_RECV = 2;
    public static final int ESTABLISHED = 3;
    public static final int FIN_WAIT = 4;
    public static final int CLOSE_WAIT = 5;
    public static final int LAST_ACK = 6;
    public static final int TIME_WAIT = 7;
    public static final int CLOSE = 8;
    public static final int SYN_SENT2 = 9;

    /** Names by state number. */
    public static final List<String> NAMES = List.of(
            "NONE",
            "SYN_SENT",
            "SYN_RECV",
            "ESTABLISHED",
            "FIN_WAIT",
            "CLOSE_WAIT",
            "LAST_ACK",
            "TIME_WAIT",
            "CLOSE",
            "SYN_SENT2");

    public static final int WINDOW_SCALE = 0x01;
    public static final int SACK_PERM = 0x02;
    public static final int CLOSE_INIT = 0x04;
    public static final int BE_LIBERAL = 0x08;
    public static final int DATA_UNACKNOWLEDGED = 0x10;
    public static final int MAXACK_SET = 0x20;

    /** Without windows. */
    public TcpState(int state, int originalScale, int replyScale, int originalFlags, int replyFlags) {
        this(state, originalScale, replyScale, originalFlags, replyFlags, null);
    }

    @Override
    public String stateName() {
        return state >= 0 && state < NAMES.size() ? NAMES.get(state) : "NONE";
    }
}
