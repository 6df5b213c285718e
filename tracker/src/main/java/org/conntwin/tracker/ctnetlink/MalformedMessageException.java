package org.conntwin.tracker.ctnetlink;

/** Bytes that are not a ctnetlink message; decoders turn it into a count and leave the message out. */
final class MalformedMessageException extends RuntimeException {
    MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
