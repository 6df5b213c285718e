package org.conntwin.node.demo.gate;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;
import org.jspecify.annotations.Nullable;

/** Passes a table's events on and writes down those of one flow. Thread-safe. */
final class EventWatch implements TableListener {
    private static final int MAX_LINES = 100;

    private final TableListener next;
    private final List<String> lines = new ArrayList<>();
    private volatile @Nullable String watched;

    EventWatch(TableListener next) {
        this.next = next;
    }

    /** Writes down events of the flow from this address and port from now on. */
    void watch(String address, int port) {
        synchronized (lines) {
            lines.clear();
        }
        watched = address + " " + port;
    }

    /** What was written down: kind, state where it changed, assured or not. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    @Override
    public void batchBegins() {
        next.batchBegins();
    }

    @Override
    public void batchEnds() {
        next.batchEnds();
    }

    @Override
    public void conntrack(EventKind kind, Conntrack entry) {
        String name = watched;
        if (name != null && name.equals(source(entry.original()))) {
            synchronized (lines) {
                if (lines.size() < MAX_LINES) {
                    lines.add(line(kind, entry));
                }
            }
        }
        next.conntrack(kind, entry);
    }

    private static String source(Tuple tuple) {
        return Addresses.text(tuple.family(), tuple.sourceHigh(), tuple.sourceLow()) + " " + tuple.sourceKey();
    }

    private static String line(EventKind kind, Conntrack entry) {
        ProtocolState state = entry.state();
        return kind + (state == null ? "" : " " + state.stateName()) + (entry.has(Status.ASSURED) ? " [ASSURED]" : "");
    }

    @Override
    public void windowsMoved(Conntrack entry) {
        next.windowsMoved(entry);
    }

    @Override
    public void expectation(EventKind kind, Expectation expectation) {
        next.expectation(kind, expectation);
    }

    @Override
    public void overrun() {
        next.overrun();
    }
}
