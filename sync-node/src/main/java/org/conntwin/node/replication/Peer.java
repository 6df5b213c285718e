package org.conntwin.node.replication;

import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.proto.RoleName;
import org.conntwin.proto.SyncMessage;

/** One peer, present or past: its receiver and what it told of itself. */
final class Peer {
    private static final System.Logger LOG = System.getLogger(Peer.class.getName());

    /** Any piece of an answer may be lost; after so long without one it is asked for again. */
    private static final long ASK_MILLIS = 500;

    final String name;
    final TwinReceiver receiver;
    /** Held while this node's twin of the peer is compared with the peer's own: one comparison at a time. */
    private final ReentrantLock verifying = new ReentrantLock();

    volatile boolean up;
    /** Whether it said who it is since it came into sight. */
    volatile boolean greeted;

    /** Of the schema that it speaks, by its last hello. */
    private volatile int version = SyncMessage.VERSION;

    volatile RoleName role = RoleName.BACKUP;
    volatile long claim;
    volatile long incarnation;
    /** Whether the peer found its twin of this node complete, by its last answer. */
    volatile boolean itsParity;
    /** When the peer first said, without a break since, that its twin is not complete; 0 while it does not say so. */
    private volatile long behindSince;

    private volatile long heardAt;
    private volatile boolean completeWhenLost;

    Peer(String name, TwinReceiver receiver, long now) {
        this.name = name;
        this.receiver = receiver;
        this.heardAt = now;
    }

    /** The peer's word on its twin of this node. */
    void told(boolean parity, long now) {
        itsParity = parity;
        if (parity) {
            behindSince = 0;
        } else if (behindSince == 0) {
            behindSince = now == 0 ? -1 : now;
        }
    }

    /** It said who it is. */
    void greeted(SyncMessage.Hello hello) {
        incarnation = Math.max(incarnation, hello.incarnation());
        role = hello.role();
        claim = hello.claim();
        greeted = true;
        if (version != hello.version()) {
            version = hello.version();
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} speaks version {1} of the protocol, this node {2}",
                    name,
                    version,
                    SyncMessage.VERSION);
        }
    }

    /** Something came of it. */
    void heard(long now) {
        heardAt = now;
    }

    /** For how long nothing came. */
    long silentNanos(long now) {
        return now - heardAt;
    }

    /** Whether this node's twin was complete when the peer was lost; of one that is in sight, whether it is now. */
    boolean complete() {
        return up ? receiver.parity() : completeWhenLost;
    }

    /** The peer is out of sight: what it said no longer counts. */
    void lost() {
        completeWhenLost = receiver.parity();
        up = false;
        greeted = false;
        itsParity = false;
        behindSince = 0;
        receiver.lost();
    }

    /** Has the twin compared with the peer's own; the count of differing records, or nothing without an answer in time. */
    OptionalInt verify(long millis) throws InterruptedException {
        verifying.lockInterruptibly();
        try {
            Verification verification = receiver.verifyNow();
            for (long left = millis; left > 0; left -= ASK_MILLIS) {
                if (verification.await(Math.min(left, ASK_MILLIS))) {
                    return OptionalInt.of(verification.differing());
                }
                receiver.verifyFurther(verification);
            }
            return OptionalInt.empty();
        } finally {
            receiver.verifyNoMore();
            verifying.unlock();
        }
    }

    /** For how long the peer's twin of this node has not been complete, by its own words, in nanoseconds. */
    long behindNanos(long now) {
        long since = behindSince;
        return since == 0 ? 0 : Math.max(0, now - since);
    }
}
