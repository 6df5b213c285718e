package org.conntwin.node.simulation;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;

/** Hears nothing, as a listener whose buffer ran over. */
enum Silence implements TableListener {
    INSTANCE;

    @Override
    public void batchBegins() {}

    @Override
    public void batchEnds() {}

    @Override
    public void conntrack(EventKind kind, Conntrack entry) {}

    @Override
    public void expectation(EventKind kind, Expectation expectation) {}

    @Override
    public void overrun() {}
}
