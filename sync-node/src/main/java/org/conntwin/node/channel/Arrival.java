package org.conntwin.node.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one frame came to, decided with the session's monitor held and acted on without it.
 *
 * @param kind the frame's kind
 * @param contentLength bytes of content; -1 when the tag did not fit
 * @param released what was kept and may be delivered now
 * @param challenge what to ask the sender, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Arrival(
        Gate.Outcome outcome,
        @Nullable DropCause cause,
        byte kind,
        int contentLength,
        List<Session.Held> released,
        byte @Nullable [] challenge) {
    static Arrival dropped(DropCause cause) {
        return new Arrival(Gate.Outcome.DROPPED, cause, Gate.KIND_DATA, -1, List.of(), null);
    }

    static Arrival of(Gate.Outcome outcome, byte kind, int contentLength) {
        return new Arrival(outcome, null, kind, contentLength, List.of(), null);
    }
}
