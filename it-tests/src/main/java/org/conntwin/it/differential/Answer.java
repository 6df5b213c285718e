package org.conntwin.it.differential;

import java.util.List;
import java.util.Locale;
import org.conntwin.tracker.userspace.track.PacketState;

/**
 * What one side made of one packet.
 *
 * @param passed whether it came out; a fragment that completes nothing does not
 * @param state what the ruleset was told; {@link PacketState#UNTRACKED} for one that did not come out
 * @param direction 0 original, 1 reply, -1 for invalid and untracked packets
 * @param events in their order
 */
record Answer(boolean passed, PacketState state, int direction, List<Event> events) {
    /** Copies the events. */
    Answer {
        events = List.copyOf(events);
    }

    /** The packet line without its number. */
    String text() {
        String side = direction < 0 ? "-" : direction == 0 ? "original" : "reply";
        return passed ? "ACCEPT " + state.name().toUpperCase(Locale.ROOT) + " " + side : "NOTHING CAME OUT";
    }
}
