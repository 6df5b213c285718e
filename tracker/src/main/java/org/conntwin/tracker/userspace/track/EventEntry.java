package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;

/** What an event says of a flow: as much as the kernel's ({@code ctnetlink_conntrack_event}) says. */
final class EventEntry {
    private EventEntry() {}

    static Conntrack of(EventKind kind, Flow flow, int bits, long now) {
        Conntrack whole = flow.entry(now);
        ConntrackBuilder event = new ConntrackBuilder();
        event.original = whole.original();
        event.reply = whole.reply();
        event.zone = whole.zone();
        event.id = whole.id();
        event.status = whole.status();
        event.mark = whole.mark();
        if (kind == EventKind.DESTROY) {
            event.status |= Status.DYING;
            event.state = whole.state();
            event.accounting = whole.accounting();
            event.timestamps = whole.timestamps();
            return built(event);
        }
        event.timeoutSeconds = whole.timeoutSeconds();
        event.helper = whole.helper();
        if ((bits & EventBits.PROTOCOL_STATE) != 0 || kind == EventKind.NEW) {
            event.state = whole.state();
        }
        if ((bits & EventBits.LABEL) != 0) {
            event.labels = whole.labels();
        }
        if ((bits & EventBits.RELATED) != 0) {
            event.master = whole.master();
        }
        if ((bits & EventBits.SEQUENCE_ADJUSTMENT) != 0) {
            event.originalAdjustment = whole.originalAdjustment();
            event.replyAdjustment = whole.replyAdjustment();
        }
        if ((bits & EventBits.SYN_PROXY) != 0) {
            event.synProxy = whole.synProxy();
        }
        return built(event);
    }

    private static Conntrack built(ConntrackBuilder event) {
        Conntrack entry = event.build();
        if (entry == null) {
            throw new IllegalStateException("an event without a tuple");
        }
        return entry;
    }
}
