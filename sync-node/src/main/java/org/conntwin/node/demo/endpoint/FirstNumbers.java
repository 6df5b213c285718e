package org.conntwin.node.demo.endpoint;

import org.conntwin.tracker.model.Tuple;

/** First sequence numbers (RFC 6528): hard to guess, and for one tuple growing with time, so that its next use is told from the last. */
final class FirstNumbers {
    private static final long TICK_NANOS = 4_000;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long secret;

    FirstNumbers(long secret) {
        this.secret = secret;
    }

    int of(Tuple tuple, long now) {
        long mixed = (tuple.hashCode() + secret) * GOLDEN;
        mixed ^= mixed >>> 29;
        return (int) (mixed * GOLDEN >>> 32) + (int) (now / TICK_NANOS);
    }
}
