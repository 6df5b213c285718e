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
