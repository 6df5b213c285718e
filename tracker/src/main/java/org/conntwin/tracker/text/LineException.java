package org.conntwin.tracker.text;

/** A line that is not what it should be; the message says what is wrong with it. */
public final class LineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what is wrong. */
    public LineException(String message) {
        super(message, null, false, false);
    }
}
