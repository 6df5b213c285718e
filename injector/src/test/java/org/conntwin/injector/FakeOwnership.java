package org.conntwin.injector;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/** Keeps whom it was told to own, in the log that it shares with the table. */
final class FakeOwnership implements Ownership {
    final Map<String, Standing> standings = new HashMap<>();
    final Set<String> owned = new HashSet<>();
    private final List<String> log;

    FakeOwnership(List<String> log) {
        this.log = log;
    }

    @Override
    public Standing standing(Conntrack entry) {
        return standings.getOrDefault(Lines.name(entry), Standing.UNKNOWN);
    }

    @Override
    public void adopt(Conntrack entry) {
        adopted(Lines.name(entry));
    }

    @Override
    public void disown(Conntrack entry) {
        disowned(Lines.name(entry));
    }

    @Override
    public void adopt(Expectation expectation) {
        adopted(Lines.name(expectation));
    }

    @Override
    public void disown(Expectation expectation) {
        disowned(Lines.name(expectation));
    }

    private void adopted(String name) {
        owned.add(name);
        log.add("adopt " + name);
    }

    private void disowned(String name) {
        owned.remove(name);
        log.add("disown " + name);
    }
}
