package org.conntwin.tracker.userspace.capture;

/** A capture that cannot be read on: no capture at all, truncated, damaged, of a link type that is not known. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message names the file, the offset and what is wrong, in one line */
    CaptureException(String message) {
        super(message, null, false, false);
    }
}
