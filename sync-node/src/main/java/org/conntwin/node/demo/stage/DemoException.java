package org.conntwin.node.demo.stage;

/** The demo cannot go on. The message is one line for the operator: what, and what to do next. */
public final class DemoException extends Exception {
    public DemoException(String message) {
        super(message);
    }

    public DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
