package org.conntwin.tracker.userspace.protocol;

import static org.conntwin.tracker.userspace.protocol.SctpChunk.ABORT;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.COOKIE_ACK;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.COOKIE_ECHO;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.ERROR;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.HEARTBEAT;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.HEARTBEAT_ACK;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.INIT;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.INIT_ACK;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.SHUTDOWN;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.SHUTDOWN_ACK;
import static org.conntwin.tracker.userspace.protocol.SctpChunk.SHUTDOWN_COMPLETE;

import org.conntwin.tracker.userspace.flow.Flow;

/** What a chunk makes of an SCTP flow's state, by direction; states as {@code SctpState} numbers them. */
final class SctpTransitions {
    /** No such chunk in this state. */
    static final int INVALID = 9;

    private static final int STATES = 9;
    private static final int TYPES = SHUTDOWN_COMPLETE + 1;
    private static final byte[] ORIGINAL = table(
            row(INIT, "112341172"),
            row(INIT_ACK, "112345671"),
            row(ABORT, "111111111"),
            row(SHUTDOWN, "112355671"),
            row(SHUTDOWN_ACK, "712347777"),
            row(ERROR, "112345671"),
            row(COOKIE_ECHO, "113345671"),
            row(COOKIE_ACK, "112445671"),
            row(SHUTDOWN_COMPLETE, "112345611"),
            row(HEARTBEAT, "812345678"),
            row(HEARTBEAT_ACK, "112345678"));
    private static final byte[] REPLY = table(
            row(INIT, "912345679"),
            row(INIT_ACK, "922345679"),
            row(ABORT, "911111119"),
            row(SHUTDOWN, "912365679"),
            row(SHUTDOWN_ACK, "912347779"),
            row(ERROR, "912145679"),
            row(COOKIE_ECHO, "913345679"),
            row(COOKIE_ACK, "912445679"),
            row(SHUTDOWN_COMPLETE, "912345619"),
            row(HEARTBEAT, "912345678"),
            row(HEARTBEAT_ACK, "912345674"));

    private SctpTransitions() {}

    /** The state after a chunk; chunks that carry data or are unknown change nothing. */
    static int next(int direction, int chunk, int state) {
        return chunk >= TYPES ? state : (direction == Flow.ORIGINAL ? ORIGINAL : REPLY)[chunk * STATES + state];
    }

    private record Row(int chunk, String states) {}

    private static Row row(int chunk, String states) {
        return new Row(chunk, states);
    }

    private static byte[] table(Row... rows) {
        byte[] table = new byte[TYPES * STATES];
        for (int i = 0; i < table.length; i++) {
            table[i] = (byte) (i % STATES);
        }
        for (Row row : rows) {
            for (int state = 0; state < STATES; state++) {
                table[row.chunk * STATES + state] = (byte) (row.states.charAt(state) - '0');
            }
        }
        return table;
    }
}
