package org.conntwin.node.ha;

import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.conntwin.injector.CommitKinds;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.node.time.Clock;
import org.conntwin.proto.RoleName;

/**
 * What follows a takeover of a node that had been cut off or frozen: its twins are as old as the moment when that began.
 * They are compared with the peers' own until they are complete, and committed once more, so that connections that were
 * born on a peer meanwhile live on. Of flows that both know, the copy of the peer that carried them since replaces this
 * node's own, whose windows are stale. A peer's claim of that time may fence this node: keepalived's word is the newer one,
 * and it claims anew. keepalived writes a line for every advert that had piled up, for a second or so: it is over when no
 * more come, and after {@link #LONGEST_NANOS} at the latest.
 */
final class Retake implements AutoCloseable {
    /** A node that was excluded from the cluster is back in it within some seconds. */
    static final long LONGEST_NANOS = 15_000_000_000L;

    private static final System.Logger LOG = System.getLogger(Retake.class.getName());
    private static final long PAUSE_MILLIS = 50;
    private static final long CLOSE_MILLIS = 5_000;
    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final long BETWEEN_COMMITS_NANOS = 500_000_000L;

    private final RoleKeeper roles;
    private final Identity identity;
    private final Replication replication;
    private final Clock clock;
    private final LongAdder comebacks = new LongAdder();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("keepalived-retake").daemon().factory());
    private boolean running;
    private volatile boolean ended;
    /** Whether the peers' complete copies were taken: what this node has seen since then is its own. */
    private volatile boolean renewed;

    private volatile long since;
    private volatile long begun;
    private volatile long heard;
    private volatile long committed;

    Retake(RoleKeeper roles, Identity identity, Replication replication, Clock clock) {
        this.roles = roles;
        this.identity = identity;
        this.replication = replication;
        this.clock = clock;
    }

    /** One more line that says so; false when that is being seen to already. */
    synchronized boolean begins() {
        heard = clock.nanos();
        return !running || ended;
    }

    /** Begins, after a node whose incarnation was this one has taken over once more. */
    synchronized void begin(long incarnation) {
        since = incarnation;
        begun = clock.nanos();
        heard = begun;
        committed = begun;
        ended = false;
        renewed = false;
        if (!running) {
            running = true;
            thread.execute(this::run);
        }
    }

    /** Keepalived is no longer master: nothing is claimed or committed from now on. */
    synchronized void end() {
        ended = true;
    }

    private void run() {
        try {
            while (goesOn() && reclaimed()) {
                if (complete() && committedSince()) {
                    break;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "catching up after a comeback failed", failure);
        } finally {
            finish();
        }
    }

    private void last() {
        try {
            commit();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "catching up after a comeback failed", failure);
        }
    }

    private boolean goesOn() {
        return !ended && clock.nanos() - begun < LONGEST_NANOS;
    }

    /** Commits at once, then now and then while lines still come; true when none has come for a while. */
    private boolean committedSince() {
        long now = clock.nanos();
        boolean quiet = now - heard >= QUIET_NANOS;
        if (!renewed || (!quiet && now - committed >= BETWEEN_COMMITS_NANOS)) {
            commit();
            renewed = true;
        }
        return quiet;
    }

    /** With the lock, as keepalived's next word may come at any time: what is claimed after it would stay so. */
    private synchronized boolean reclaimed() {
        if (!ended && identity.standing().role() == RoleName.BACKUP) {
            roles.active(since);
        }
        return !ended;
    }

    private synchronized void commit() {
        if (!ended) {
            CommitReport report = renewed ? roles.commit(CommitKinds.BOTH) : roles.commit(CommitKinds.BOTH, since);
            committed = clock.nanos();
            LOG.log(System.Logger.Level.INFO, "caught up with the peers: {0}", report.summary());
        }
    }

    private synchronized void finish() {
        running = false;
        if (!ended) {
            last();
            comebacks.increment();
        }
    }

    /** Whether a peer is there, and the twins of all that are agree with their own as of now. */
    private boolean complete() throws InterruptedException {
        boolean any = false;
        for (PeerStatus peer : replication.peers()) {
            if (peer.up()) {
                OptionalInt differing = replication.verify(peer.name());
                if (differing.isEmpty() || differing.getAsInt() != 0) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /** Comebacks seen through. */
    long comebacks() {
        return comebacks.sum();
    }

    /** What it is doing to the table is over when this returns, but for a commit of more than some seconds. */
    @Override
    public void close() {
        ended = true;
        thread.shutdownNow();
        try {
            var _ = thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
