package org.conntwin.node.command;

/** A command that cannot be done as asked; the message is for the operator, the code for the shell. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    RefusedException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    static RefusedException usage(String message) {
        return new RefusedException(2, message);
    }

    int exitCode() {
        return exitCode;
    }
}
