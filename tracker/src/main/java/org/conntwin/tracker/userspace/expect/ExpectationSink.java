package org.conntwin.tracker.userspace.expect;

import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;

/** Hears of expectations, at once and in order, under the tracker's lock. Must not call back. */
@FunctionalInterface
public interface ExpectationSink {
    /**
     * An expectation was made, activated, given another lifetime from outside, or destroyed.
     *
     * @param kind {@link EventKind#UPDATE} for one that was activated or lives longer or shorter now
     * @param time the tracker's nanoseconds: of what caused it, or of the end of the expectation's life
     */
    void expectation(EventKind kind, Expectation expectation, long time);
}
