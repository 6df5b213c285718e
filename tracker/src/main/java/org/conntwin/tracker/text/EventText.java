package org.conntwin.tracker.text;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;

/** Event lines, which follow {@code conntrack -E} and {@code conntrack -E expect}. */
public final class EventText {
    private EventText() {}

    /**
     * Appends an event's line without a line end.
     *
     * @param entry what the event says of it: a state only where it changed
     */
    public static void append(StringBuilder out, EventKind kind, Conntrack entry) {
        kind(out, kind);
        EntryText.append(out, entry, kind != EventKind.DESTROY, false);
    }

    /** Appends the line of an expectation's event without a line end. */
    public static void append(StringBuilder out, EventKind kind, Expectation expectation) {
        kind(out, kind);
        ExpectationText.append(out, expectation);
    }

    private static void kind(StringBuilder out, EventKind kind) {
        out.append(
                switch (kind) {
                    case NEW -> "    [NEW] ";
                    case UPDATE -> " [UPDATE] ";
                    case DESTROY -> "[DESTROY] ";
                });
    }
}
