package org.conntwin.node.cli;

/** Words on the command line that do not fit; shown in one line, exit code 2. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message, null, false, false);
    }
}
