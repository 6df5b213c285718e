package org.conntwin.node.replication;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the receiving side counted, and answers that found nobody; whatever is dropped has a cause here. */
final class ReceiveCounters {
    final LongAdder pieces = new LongAdder();
    final LongAdder records = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder repairs = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder staleIncarnation = new LongAdder();
    final LongAdder outOfSequence = new LongAdder();
    final LongAdder unknownKind = new LongAdder();
    final LongAdder tooManyOrigins = new LongAdder();
    final LongAdder peerLeft = new LongAdder();
    final LongAdder notConnected = new LongAdder();

    /** Adds what is no drop. */
    void count(Map<String, Long> all) {
        all.put("receivedPieces", pieces.sum());
        all.put("receivedRecords", records.sum());
        all.put("gaps", gaps.sum());
        all.put("repairedBucketsReceived", repairs.sum());
    }

    Map<String, Long> drops() {
        Map<String, Long> drops = new LinkedHashMap<>();
        drops.put("malformed", malformed.sum());
        drops.put("stale-incarnation", staleIncarnation.sum());
        drops.put("out-of-sequence", outOfSequence.sum());
        drops.put("unknown-kind", unknownKind.sum());
        drops.put("too-many-origins", tooManyOrigins.sum());
        drops.put("peer-left", peerLeft.sum());
        drops.put("not-connected", notConnected.sum());
        return drops;
    }
}
