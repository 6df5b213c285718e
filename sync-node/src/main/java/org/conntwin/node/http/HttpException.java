package org.conntwin.node.http;

/** The address cannot be served on; the message says what to do. */
public final class HttpException extends Exception {
    private static final long serialVersionUID = 1L;

    HttpException(String message) {
        super(message);
    }
}
