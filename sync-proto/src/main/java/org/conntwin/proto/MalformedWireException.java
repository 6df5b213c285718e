package org.conntwin.proto;

/** Bytes that are not what they should be. Without a stack trace: hostile peers can cause many. */
public final class MalformedWireException extends Exception {
    /** With what was wrong. */
    public MalformedWireException(String message) {
        super(message, null, false, false);
    }
}
