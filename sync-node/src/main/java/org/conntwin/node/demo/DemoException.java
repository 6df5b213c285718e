package org.conntwin.node.demo;

/** The demo cannot go on. The message is one line for the operator: what, and what to do next. */
final class DemoException extends Exception {
    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
