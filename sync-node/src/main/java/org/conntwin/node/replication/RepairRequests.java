package org.conntwin.node.replication;

import java.util.BitSet;
import org.conntwin.proto.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What peers asked this node's stream for; each set is bounded by the number of buckets, and asking twice is
 * asking once. Thread-safe.
 */
final class RepairRequests {
    private final BitSet[] replace = {new BitSet(), new BitSet()};
    private final BitSet[] compare = {new BitSet(), new BitSet()};
    private boolean digests;

    synchronized void digests() {
        digests = true;
    }

    /** Whether digests were asked for since the last call. */
    synchronized boolean takeDigests() {
        boolean asked = digests;
        digests = false;
        return asked;
    }

    synchronized void buckets(Kind kind, BitSet buckets, boolean compareOnly) {
        (compareOnly ? compare : replace)[kind.number()].or(buckets);
    }

    synchronized void allBuckets() {
        for (Kind kind : Kind.values()) {
            replace[kind.number()].set(0, kind.buckets());
        }
    }

    synchronized boolean pending() {
        return digests || bucketsPending();
    }

    synchronized boolean bucketsPending() {
        return !(replace[0].isEmpty() && replace[1].isEmpty() && compare[0].isEmpty() && compare[1].isEmpty());
    }

    /** One bucket to send. */
    record Bucket(Kind kind, int number, boolean compareOnly) {}

    /** The next bucket asked for; null when none is left. */
    synchronized @Nullable Bucket takeBucket() {
        for (Kind kind : Kind.values()) {
            for (boolean compareOnly : new boolean[] {true, false}) {
                BitSet asked = (compareOnly ? compare : replace)[kind.number()];
                int next = asked.nextSetBit(0);
                if (next >= 0) {
                    asked.clear(next);
                    return new Bucket(kind, next, compareOnly);
                }
            }
        }
        return null;
    }

    synchronized void clear() {
        digests = false;
        for (Kind kind : Kind.values()) {
            replace[kind.number()].clear();
            compare[kind.number()].clear();
        }
    }
}
