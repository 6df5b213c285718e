package org.conntwin.node.cache;

/** What a re-reading found of one record. */
public enum Reread {
    ADDED,
    UPDATED,
    SAME
}
