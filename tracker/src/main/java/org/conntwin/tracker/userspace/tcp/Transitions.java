package org.conntwin.tracker.userspace.tcp;

import java.util.List;
import org.conntwin.tracker.userspace.flow.Flow;

/**
 * Which state a segment leads to. The states tell what was seen, not what the ends are in: FIN_WAIT is a first FIN,
 * CLOSE_WAIT an ACK after it, LAST_ACK a second FIN, TIME_WAIT an ACK after that (kernel 6.18).
 */
final class Transitions {
    /** The segment does not fit the state. */
    static final int INVALID = 10;
    /** The segment is let through and noted; the state stays. */
    static final int IGNORE = 11;

    private static final int STATES = 10;

    /** In the order of the state numbers; {@code !} is invalid, {@code ~} is ignored. */
    private static final List<String> NAMES =
            List.of("NO", "SS", "SR", "ES", "FW", "CW", "LA", "TW", "CL", "S2", "!", "~");

    private static final byte[] ORIGINAL = table(
            // NO SS SR ES FW CW LA TW CL S2
            "SS SS ~  ~  ~  ~  ~  SS SS S2", // SYN
            "!  !  SR !  !  !  !  !  !  SR", // SYN/ACK
            "!  !  FW FW LA LA LA TW CL !", // FIN
            "ES !  ES ES CW CW TW TW CL !", // ACK
            "!  CL CL CL CL CL CL CL CL CL", // RST
            "!  !  !  !  !  !  !  !  !  !"); // none

    private static final byte[] REPLY = table(
            // NO SS SR ES FW CW LA TW CL S2
            "!  S2 !  !  !  !  !  SS !  S2", // SYN
            "!  SR ~  ~  ~  ~  ~  ~  ~  SR", // SYN/ACK
            "!  !  FW FW LA LA LA TW CL !", // FIN
            "!  ~  SR ES CW CW TW TW CL ~", // ACK
            "!  CL CL CL CL CL CL CL CL CL", // RST
            "!  !  !  !  !  !  !  !  !  !"); // none

    private Transitions() {}

    /** The next state, {@link #INVALID} or {@link #IGNORE}. */
    static int next(int direction, int segmentClass, int state) {
        return (direction == Flow.ORIGINAL ? ORIGINAL : REPLY)[segmentClass * STATES + state];
    }

    private static byte[] table(String... rows) {
        byte[] table = new byte[rows.length * STATES];
        int cell = 0;
        for (String row : rows) {
            for (String name : row.split(" +", -1)) {
                table[cell++] = (byte) NAMES.indexOf(name);
            }
        }
        return table;
    }
}
