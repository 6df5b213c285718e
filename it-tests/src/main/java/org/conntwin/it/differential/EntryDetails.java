package org.conntwin.it.differential;

import java.util.Locale;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.text.EntryText;
import org.jspecify.annotations.Nullable;

/** An entry with everything that both sides know of it. */
final class EntryDetails {
    private EntryDetails() {}

    /** The line of the entry, its status, flags, scales and tags. */
    static String text(@Nullable Conntrack entry) {
        if (entry == null) {
            return "no entry";
        }
        String line = EntryText.line(entry) + String.format(Locale.ROOT, " status=0x%x", entry.status());
        return switch (entry.state()) {
            case TcpState tcp ->
                line
                        + String.format(
                                Locale.ROOT,
                                " flags=0x%02x,0x%02x scales=%d,%d",
                                tcp.originalFlags(),
                                tcp.replyFlags(),
                                tcp.originalScale(),
                                tcp.replyScale());
            case SctpState sctp ->
                line + String.format(Locale.ROOT, " tags=0x%08x,0x%08x", sctp.originalTag(), sctp.replyTag());
            case null, default -> line;
        };
    }

    /** Whether both say the same, remaining seconds within one. */
    static boolean agree(@Nullable Conntrack one, @Nullable Conntrack other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return Event.near(one, other) && timeless(one).equals(timeless(other));
    }

    private static String timeless(Conntrack entry) {
        return text(entry).replaceFirst("^(\\S+ +\\d+) \\d+", "$1 ?");
    }
}
