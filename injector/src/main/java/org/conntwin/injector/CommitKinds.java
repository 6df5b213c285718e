package org.conntwin.injector;

/** What a commit writes. */
public enum CommitKinds {
    ENTRIES(true, false),
    EXPECTATIONS(false, true),
    BOTH(true, true);

    private final boolean entries;
    private final boolean expectations;

    CommitKinds(boolean entries, boolean expectations) {
        this.entries = entries;
        this.expectations = expectations;
    }

    boolean entries() {
        return entries;
    }

    boolean expectations() {
        return expectations;
    }
}
