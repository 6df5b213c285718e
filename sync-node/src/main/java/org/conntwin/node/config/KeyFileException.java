package org.conntwin.node.config;

/** A key file cannot be used or made; the message is one line that names the file and the next step. */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        super(message);
    }
}
