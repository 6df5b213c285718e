package org.conntwin.node.channel;

import org.jspecify.annotations.Nullable;

/** The channel cannot be opened; the message is one line for the operator that names what to change. */
public final class ChannelException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A refusal with the line to show. */
    public ChannelException(String message) {
        super(message);
    }

    /** A refusal with the line to show and what caused it. */
    public ChannelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
