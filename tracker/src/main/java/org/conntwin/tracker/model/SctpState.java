package org.conntwin.tracker.model;

import java.util.List;

/**
 * SCTP state as ctnetlink carries it.
 *
 * @param state 0 to 8, see {@link #NAMES}
 * @param originalTag verification tag of the original direction
 * @param replyTag verification tag of the reply direction
 */
public record SctpState(int state, int originalTag, int replyTag) implements ProtocolState {
    public static final int NONE = 0;
    public static final int CLOSED = 1;
    public static final int COOKIE_WAIT = 2;
    public static final int COOKIE_ECHOED = 3;
    public static final int ESTABLISHED = 4;
    public static final int SHUTDOWN_SENT = 5;
    public static final int SHUTDOWN_RECD = 6;
    public static final int SHUTDOWN_ACK_SENT = 7;
    public static final int HEARTBEAT_SENT = 8;

    /** Names by state number. */
    public static final List<String> NAMES = List.of(
            "NONE",
            "CLOSED",
            "COOKIE_WAIT",
            "COOKIE_ECHOED",
            "ESTABLISHED",
            "SHUTDOWN_SENT",
            "SHUTDOWN_RECD",
            "SHUTDOWN_ACK_SENT",
            "HEARTBEAT_SENT");

    @Override
    public String stateName() {
        return state >= 0 && state < NAMES.size() ? NAMES.get(state) : "NONE";
    }
}
