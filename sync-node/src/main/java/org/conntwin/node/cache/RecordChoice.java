package org.conntwin.node.cache;

/** Chooses among records where they lie. */
public interface RecordChoice {
    /** Whether the record is meant. The array is lent for the call only. */
    boolean takes(byte[] bytes, int from, int length);
}
