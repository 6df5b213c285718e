package org.conntwin.tracker.userspace.replay;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.text.EventText;
import org.conntwin.tracker.userspace.track.EventSink;

/** Events as lines, each behind the time at which it happened. */
final class EventLines implements EventSink {
    private static final int MICROSECONDS = 1_000_000;

    private final StringBuilder out;
    private final boolean entries;
    private final boolean expectations;

    EventLines(StringBuilder out, boolean entries, boolean expectations) {
        this.out = out;
        this.entries = entries;
        this.expectations = expectations;
    }

    @Override
    public void conntrack(EventKind kind, Conntrack entry, long time) {
        if (entries) {
            time(time);
            EventText.append(out, kind, entry);
            out.append('\n');
        }
    }

    @Override
    public void expectation(EventKind kind, Expectation expectation, long time) {
        // The kernel does not tell that one was activated.
        if (expectations && kind != EventKind.UPDATE) {
            time(time);
            EventText.append(out, kind, expectation);
            out.append('\n');
        }
    }

    private void time(long nanoseconds) {
        long micros = nanoseconds / 1000;
        out.append('[').append(micros / MICROSECONDS).append('.');
        long part = micros % MICROSECONDS;
        for (int unit = MICROSECONDS / 10; unit > part && unit > 1; unit /= 10) {
            out.append('0');
        }
        out.append(part).append("]\t");
    }
}
