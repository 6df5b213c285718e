package org.conntwin.tracker.table;

/** What happened to an entry. */
public enum EventKind {
    NEW,
    UPDATE,
    DESTROY
}
