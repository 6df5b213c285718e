package org.conntwin.node.config;

/** A scalar is not what its key wants; the message says what is expected and what was found. */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    BadValue(String message) {
        super(message, null, false, false);
    }
}
