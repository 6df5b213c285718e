package org.conntwin.node.replication;

import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.conntwin.proto.Kind;

/**
 * One comparison of a twin with its origin's own, entry for entry where digests differ. It changes nothing.
 * The receiving thread feeds it, the asking thread waits for it.
 */
final class Verification {
    private final CountDownLatch done = new CountDownLatch(1);
    private final BitSet[] awaited = {new BitSet(), new BitSet()};
    private int differing;

    synchronized void await(Kind kind, BitSet buckets) {
        awaited[kind.number()].or(buckets);
    }

    /** A bucket was compared. */
    synchronized void compared(Kind kind, int bucket, int differences) {
        if (awaited[kind.number()].get(bucket)) {
            awaited[kind.number()].clear(bucket);
            differing += differences;
        }
    }

    /** All digests are through; it is over when no bucket is awaited. */
    synchronized boolean finishIfComplete() {
        if (awaited[0].isEmpty() && awaited[1].isEmpty()) {
            done.countDown();
            return true;
        }
        return false;
    }

    boolean await(long millis) throws InterruptedException {
        return done.await(millis, TimeUnit.MILLISECONDS);
    }

    synchronized int differing() {
        return differing;
    }
}
