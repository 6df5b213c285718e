package org.conntwin.it.differential;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.text.EntryText;

/**
 * One event of a table.
 *
 * @param entry what it says; parts that did not change are missing
 */
record Event(EventKind kind, Conntrack entry) {

    /** Its line as {@code conntrack -E} prints it. */
    String text() {
        String name = switch (kind) {
            case NEW -> "    [NEW] ";
            case UPDATE -> " [UPDATE] ";
            case DESTROY -> "[DESTROY] ";
        };
        String line = EntryText.line(entry).replace(" mark=0", "");
        return name + (kind == EventKind.DESTROY ? line.replaceFirst("^(\\S+ +\\d+) \\d+", "$1") : line);
    }

    /** Its line without what may differ between two clocks: the remaining seconds. */
    String timeless() {
        return text().replaceFirst("^( *\\[(?:NEW|UPDATE)] \\S+ +\\d+) \\d+", "$1 ?");
    }

    /** Whether the other says the same, remaining seconds within one. */
    boolean agreesWith(Event other) {
        return timeless().equals(other.timeless())
                && entry.status() == other.entry.status()
                && (kind == EventKind.DESTROY || near(entry, other.entry));
    }

    /** Whether the remaining seconds of both differ by one at most. */
    static boolean near(Conntrack one, Conntrack other) {
        return Math.abs(one.timeoutSeconds() - other.timeoutSeconds()) <= 1;
    }
}
