package org.conntwin.node.cache;

/** Sees records where they lie. Arrays are lent for the call only. */
public interface RecordVisitor {
    /** A record that is there; {@code since} is the second at which it was made. */
    void record(byte[] bytes, int from, int length, int since);

    /** The key of a record that is gone. */
    void removed(byte[] bytes, int from, int length);
}
