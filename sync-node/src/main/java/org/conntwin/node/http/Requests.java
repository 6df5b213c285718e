package org.conntwin.node.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Requests by what became of them. Thread-safe. */
final class Requests {
    final LongAdder served = new LongAdder();
    final LongAdder notFound = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder tooManyClients = new LongAdder();

    Map<String, Long> snapshot() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("served", served.sum());
        all.put("notFound", notFound.sum());
        all.put("refused", refused.sum());
        all.put("malformed", malformed.sum());
        all.put("failed", failed.sum());
        all.put("slow", slow.sum());
        all.put("tooManyClients", tooManyClients.sum());
        return all;
    }
}
