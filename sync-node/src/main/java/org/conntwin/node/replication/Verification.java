package org.conntwin.node.replication;

import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.conntwin.proto.Kind;

/**
 * One comparison of a twin with its origin's own, entry for entry where digests differ. It changes nothing.
 * The receiving thread feeds it, the asking thread waits for it.
 *
 * <p>Only one whole round of digests counts, from the first bucket to the last: rounds that others asked for
 * come in the same stream, and pieces of a round may be lost.
 */
final class Verification {
    private static final int BROKEN = -1;

    private final CountDownLatch done = new CountDownLatch(1);
    private final BitSet[] awaited = {new BitSet(), new BitSet()};
    private int differing;
    private int next = BROKEN;
    private boolean through;
    private boolean moved;

    /** What to do about a run of digests. */
    enum Digests {
        /** They count: buckets that differ are to be compared. */
        COUNT,
        /** They are of another round. */
        IGNORE,
        /** Some before them were lost: a new round is to be asked for. */
        ASK_AGAIN
    }

    /** A run of digests arrived. */
    synchronized Digests digests(Kind kind, int first, int count) {
        int position = kind == Kind.CONNTRACK ? first : Kind.CONNTRACK.buckets() + first;
        if (through || done.getCount() == 0) {
            return Digests.IGNORE;
        }
        if (position == 0) {
            next = 0;
            differing = 0;
            awaited[0].clear();
            awaited[1].clear();
        }
        if (next == BROKEN) {
            return Digests.IGNORE;
        }
        if (position != next) {
            next = BROKEN;
            return Digests.ASK_AGAIN;
        }
        next += count;
        moved = true;
        through = next == Kind.CONNTRACK.buckets() + Kind.EXPECTATION.buckets();
        return Digests.COUNT;
    }

    synchronized void await(Kind kind, BitSet buckets) {
        awaited[kind.number()].or(buckets);
    }

    /** A bucket was compared. */
    synchronized void compared(Kind kind, int bucket, int differences) {
        if (awaited[kind.number()].get(bucket)) {
            awaited[kind.number()].clear(bucket);
            differing += differences;
            moved = true;
        }
    }

    /** Whether nothing that counts came since the last call; then it begins anew, and a new round is to be asked for. */
    synchronized boolean beginsAnew() {
        boolean stuck = !moved && done.getCount() > 0;
        moved = false;
        if (stuck) {
            next = BROKEN;
            through = false;
        }
        return stuck;
    }

    /** It is over when all digests are through and no bucket is awaited. */
    synchronized void finishIfComplete() {
        if (through && awaited[0].isEmpty() && awaited[1].isEmpty()) {
            done.countDown();
        }
    }

    boolean await(long millis) throws InterruptedException {
        return done.await(millis, TimeUnit.MILLISECONDS);
    }

    synchronized int differing() {
        return differing;
    }
}
