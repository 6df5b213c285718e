package org.conntwin.node.ha;

import java.io.IOException;

/** What ties the node to the HA manager cannot be set up; the message is one line that names the file and the next step. */
public final class HaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HaException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
