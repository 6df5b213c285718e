package org.conntwin.tracker.text;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** Entry lines, which follow {@code conntrack -L}. */
public final class EntryText {
    private EntryText() {}

    /** Appends the entry's line without a line end. */
    public static void append(StringBuilder out, Conntrack entry) {
        append(out, entry, true, true);
    }

    /** The same with or without the remaining seconds, and with a mark of 0 or without. */
    static void append(StringBuilder out, Conntrack entry, boolean seconds, boolean zeroMark) {
        protocol(out, entry.original().protocol());
        if (seconds) {
            out.append(Math.max(0, entry.timeoutSeconds())).append(' ');
        }
        ProtocolState state = entry.state();
        if (state != null) {
            out.append(state.stateName()).append(' ');
        }
        Zone zone = entry.zone();
        TupleText.append(out, entry.original());
        if (zone.scope() == Zone.Scope.ORIGINAL) {
            out.append("zone-orig=").append(zone.id()).append(' ');
        }
        if (!entry.has(Status.SEEN_REPLY)) {
            out.append("[UNREPLIED] ");
        }
        TupleText.append(out, entry.reply());
        if (zone.scope() == Zone.Scope.REPLY) {
            out.append("zone-reply=").append(zone.id()).append(' ');
        }
        if (entry.has(Status.ASSURED)) {
            out.append("[ASSURED] ");
        }
        if (zeroMark || entry.mark() != 0) {
            out.append("mark=").append(Integer.toUnsignedString(entry.mark())).append(' ');
        }
        if (zone.id() != 0 && zone.scope() == Zone.Scope.BOTH) {
            out.append("zone=").append(zone.id()).append(' ');
        }
        if (entry.helper() != null) {
            out.append("helper=").append(entry.helper()).append(' ');
        }
        labels(out, entry.labels());
        out.setLength(out.length() - 1);
    }

    /** The entry's line. */
    public static String line(Conntrack entry) {
        StringBuilder out = new StringBuilder(200);
        append(out, entry);
        return out.toString();
    }

    private static void protocol(StringBuilder out, int protocol) {
        String name = Protocol.name(protocol);
        out.append(name);
        for (int i = name.length(); i < 8; i++) {
            out.append(' ');
        }
        out.append(' ').append(protocol).append(' ');
    }

    private static void labels(StringBuilder out, @Nullable Labels labels) {
        if (labels == null || labels.isEmpty()) {
            return;
        }
        String separator = "labels=";
        for (int i = 0; i < 128; i++) {
            if (labels.has(i)) {
                out.append(separator).append(i);
                separator = ",";
            }
        }
        out.append(' ');
    }
}
