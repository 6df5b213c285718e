package org.conntwin.tracker.queue;

/** The kernel refused a queue; the message is one line that says why, as far as known, and what to do. */
public final class QueueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueException(String message) {
        super(message);
    }
}
