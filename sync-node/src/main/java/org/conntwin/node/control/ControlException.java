package org.conntwin.node.control;

/** The control socket cannot be opened or reached; the message is one line that names it and the next step. */
public final class ControlException extends Exception {
    private static final long serialVersionUID = 1L;

    ControlException(String message) {
        super(message);
    }
}
