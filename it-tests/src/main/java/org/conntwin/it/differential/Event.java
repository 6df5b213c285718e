package org.conntwin.it.differential;

import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.text.EventText;
import org.jspecify.annotations.Nullable;

/**
 * One event of a table, about an entry or an expectation.
 *
 * @param entry what it says; parts that did not change are missing; null for an expectation's
 * @param expectation null for an entry's
 */
record Event(
        EventKind kind, @Nullable Conntrack entry, @Nullable Expectation expectation) {

    static Event of(EventKind kind, Conntrack entry) {
        return new Event(kind, entry, null);
    }

    static Event of(EventKind kind, Expectation expectation) {
        return new Event(kind, null, expectation);
    }

    /** The original tuple of the entry, or of the expectation's master. */
    Tuple original() {
        return entry != null
                ? entry.original()
                : Objects.requireNonNull(expectation, "one of both").master();
    }

    /** The status bits of the entry; 0 of an expectation's event. */
    int status() {
        return entry == null ? 0 : entry.status();
    }

    /** Its line as {@code conntrack -E} prints it. */
    String text() {
        if (entry == null) {
            StringBuilder line = new StringBuilder();
            EventText.append(line, kind, Objects.requireNonNull(expectation, "one of both"));
            return line.toString();
        }
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
        return entry == null
                ? text().replaceFirst("] \\d+", "] ?")
                : text().replaceFirst("^( *\\[(?:NEW|UPDATE)] \\S+ +\\d+) \\d+", "$1 ?");
    }

    /** Whether the other says the same, remaining seconds within one. */
    boolean agreesWith(Event other) {
        if (!timeless().equals(other.timeless())) {
            return false;
        }
        if (entry != null && other.entry != null) {
            return entry.status() == other.entry.status() && (kind == EventKind.DESTROY || near(entry, other.entry));
        }
        return expectation != null
                && other.expectation != null
                && Math.abs(expectation.timeoutSeconds() - other.expectation.timeoutSeconds()) <= 1;
    }

    /** Whether the remaining seconds of both differ by one at most. */
    static boolean near(Conntrack one, Conntrack other) {
        return Math.abs(one.timeoutSeconds() - other.timeoutSeconds()) <= 1;
    }
}
