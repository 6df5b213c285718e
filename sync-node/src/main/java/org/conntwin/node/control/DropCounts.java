package org.conntwin.node.control;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Clients that were sent away, by cause. Thread-safe. */
final class DropCounts {
    /** A frame's length field says more than the limit. */
    static final String OVERSIZED = "oversized";

    /** Bytes that are no frame, or a frame that does not belong there, or the end in the middle of a frame. */
    static final String MALFORMED = "malformed";

    /** No request, no input or no reading for too long. */
    static final String IDLE = "idle";

    /** All places were taken. */
    static final String TOO_MANY_CLIENTS = "too-many-clients";

    /** A user who may not run the command. */
    static final String NOT_PERMITTED = "not-permitted";

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    DropCounts() {
        for (String cause : new String[] {OVERSIZED, MALFORMED, IDLE, TOO_MANY_CLIENTS, NOT_PERMITTED}) {
            counts.put(cause, new LongAdder());
        }
    }

    void count(String cause) {
        counts.computeIfAbsent(cause, _ -> new LongAdder()).increment();
    }

    Map<String, Long> snapshot() {
        Map<String, Long> snapshot = new TreeMap<>();
        counts.forEach((cause, count) -> snapshot.put(cause, count.sum()));
        return snapshot;
    }
}
