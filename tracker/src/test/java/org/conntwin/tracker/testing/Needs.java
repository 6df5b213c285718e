package org.conntwin.tracker.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test needs of the machine: without it the test is skipped, and fails where {@code CI=true}. */
public final class Needs {
    private Needs() {}

    /** Skips or fails with {@code reason}, one line, unless {@code met}. */
    public static void met(boolean met, String reason) {
        if (met) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        abort(reason);
    }
}
