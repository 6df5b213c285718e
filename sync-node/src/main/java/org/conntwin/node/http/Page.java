package org.conntwin.node.http;

/**
 * An answer to a request.
 *
 * @param status HTTP status, 200 to 599
 * @param type media type
 * @param body sent as UTF-8
 */
public record Page(int status, String type, String body) {
    private static final String TEXT = "text/plain; charset=utf-8";

    /** A page of plain text. */
    public static Page text(int status, String text) {
        return new Page(status, TEXT, text);
    }
}
