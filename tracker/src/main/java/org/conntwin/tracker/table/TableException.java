package org.conntwin.tracker.table;

/** The local table cannot be used; the message names the call, its error and what to change. */
public final class TableException extends RuntimeException {
    /** With a message of one line. */
    public TableException(String message) {
        super(message);
    }
}
