package org.conntwin.it.lab;

/** The lab itself failed (a tool is missing, a command was refused); says nothing about the product. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure that the message explains alone. */
    public LabException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
