package org.conntwin.tracker.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/** A listener that keeps what it heard. */
public class Heard implements TableListener {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    public record Event(EventKind kind, Conntrack entry) {}

    public record ExpectationEvent(EventKind kind, Expectation expectation) {}

    private final List<Event> events = new ArrayList<>();
    private final List<ExpectationEvent> expectations = new ArrayList<>();
    private final List<Conntrack> windows = new ArrayList<>();
    private int overruns;
    private int open;
    private int misplaced;

    @Override
    public synchronized void batchBegins() {
        open++;
    }

    @Override
    public synchronized void batchEnds() {
        open--;
        notifyAll();
    }

    @Override
    public synchronized void conntrack(EventKind kind, Conntrack entry) {
        misplaced += open == 1 ? 0 : 1;
        events.add(new Event(kind, entry));
    }

    @Override
    public synchronized void expectation(EventKind kind, Expectation expectation) {
        misplaced += open == 1 ? 0 : 1;
        expectations.add(new ExpectationEvent(kind, expectation));
    }

    @Override
    public synchronized void windowsMoved(Conntrack entry) {
        misplaced += open == 1 ? 0 : 1;
        windows.add(entry);
    }

    @Override
    public synchronized void overrun() {
        misplaced += open == 0 ? 0 : 1;
        overruns++;
        notifyAll();
    }

    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    public synchronized List<EventKind> kinds() {
        return events.stream().map(Event::kind).toList();
    }

    public synchronized List<ExpectationEvent> expectations() {
        return List.copyOf(expectations);
    }

    /** Entries whose windows moved, in order. */
    public synchronized List<Conntrack> windows() {
        return List.copyOf(windows);
    }

    public synchronized int overruns() {
        return overruns;
    }

    /** Events outside of a batch and overruns within one. */
    public synchronized int misplaced() {
        return misplaced;
    }

    /** Waits until the condition holds, at most five seconds; whether it holds then. */
    public synchronized boolean await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(Math.min(left, 50)); // counters change without a notification
        }
        return true;
    }
}
