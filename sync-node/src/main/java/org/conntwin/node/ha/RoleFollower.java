package org.conntwin.node.ha;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.proto.RoleName;
import org.jspecify.annotations.Nullable;

/**
 * Makes the node what keepalived wants, on a thread of its own. Only the last word waits: words that come while one is
 * being followed replace each other. What fails is tried again until it succeeds or another word comes, after a while less
 * often: nobody else may be there to take the flows.
 */
final class RoleFollower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RoleFollower.class.getName());
    private static final int OFTEN = 5;
    private static final long OFTEN_MILLIS = 1_000;
    private static final long SELDOM_MILLIS = 10_000;
    private static final long CLOSE_MILLIS = 5_000;

    private final RoleKeeper roles;
    private final Identity identity;
    private final Retake retake;
    private final long oftenMillis;
    private final long seldomMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LongAdder takeovers = new LongAdder();
    private final LongAdder collapsed = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread =
            Thread.ofPlatform().name("keepalived-follower").daemon().unstarted(this::run);
    private @Nullable Word wanted;
    private boolean closing;
    private volatile @Nullable String problem;

    RoleFollower(RoleKeeper roles, Identity identity, Retake retake) {
        this(roles, identity, retake, OFTEN_MILLIS, SELDOM_MILLIS);
    }

    /** Waits so long before each of the first {@link #OFTEN} further attempts, and before those that follow. */
    RoleFollower(RoleKeeper roles, Identity identity, Retake retake, long oftenMillis, long seldomMillis) {
        this.roles = roles;
        this.identity = identity;
        this.retake = retake;
        this.oftenMillis = oftenMillis;
        this.seldomMillis = seldomMillis;
    }

    void start() {
        thread.start();
    }

    /** The last word, from any thread; returns at once. */
    void follow(Word word) {
        lock.lock();
        try {
            Word waiting = wanted;
            if (waiting != null) {
                collapsed.increment();
            }
            wanted = waiting == null ? word : lastOf(waiting, word);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What remains of two words: the later one, but being master still does not undo that it was to be taken over. */
    static Word lastOf(Word earlier, Word later) {
        boolean takesOver = earlier == Word.MASTER || earlier == Word.MASTER_AGAIN;
        boolean weaker = later == Word.STILL_MASTER || (later == Word.MASTER && earlier == Word.MASTER_AGAIN);
        return takesOver && weaker ? earlier : later;
    }

    private void run() {
        try {
            while (true) {
                Word next = take();
                if (next == null) {
                    return;
                }
                attempts(next);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Word take() throws InterruptedException {
        lock.lock();
        try {
            while (wanted == null && !closing) {
                changed.await();
            }
            Word next = wanted;
            wanted = null;
            return closing ? null : next;
        } finally {
            lock.unlock();
        }
    }

    private void attempts(Word word) throws InterruptedException {
        int attempt = 0;
        do {
            attempt++;
            try {
                obey(word);
                problem = null;
                return;
            } catch (RuntimeException failure) {
                failures.increment();
                problem = "keepalived wants this node to be " + name(word) + ", which failed: " + failure.getMessage();
                LOG.log(System.Logger.Level.ERROR, problem + " (attempt " + attempt + ")", failure);
            }
        } while (!overtaken(attempt <= OFTEN ? oftenMillis : seldomMillis));
    }

    private boolean overtaken(long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (wanted == null && !closing && left > 0) {
                left = changed.awaitNanos(left);
            }
            return wanted != null || closing;
        } finally {
            lock.unlock();
        }
    }

    private static String name(Word word) {
        return switch (word) {
            case MASTER, STILL_MASTER, MASTER_AGAIN -> "active";
            case BACKUP -> "backup";
            case FAULT -> "fault";
        };
    }

    private void obey(Word word) {
        RoleName role = identity.standing().role();
        switch (word) {
            case MASTER -> takeOver("keepalived is master");
            case MASTER_AGAIN -> {
                if (retake.begins()) {
                    long since = identity.standing().incarnation();
                    takeOver("keepalived is master once more and took the addresses back", since);
                    retake.begin(since);
                }
            }
            case STILL_MASTER -> {
                if (role != RoleName.ACTIVE && role != RoleName.MULTI) {
                    takeOver("keepalived is master still");
                }
            }
            case BACKUP, FAULT -> {
                retake.end();
                stepDown(word, role);
            }
        }
    }

    /** Of several active nodes, each is master of some addresses: it stays what it is when others go. */
    private void stepDown(Word word, RoleName role) {
        if (role == RoleName.MULTI) {
            return;
        }
        if (word == Word.FAULT) {
            roles.fault();
        } else {
            roles.backup();
        }
    }

    private void takeOver(String why) {
        takeOver(why, Long.MAX_VALUE);
    }

    private void takeOver(String why, long since) {
        CommitReport report = roles.active(since);
        takeovers.increment();
        LOG.log(System.Logger.Level.INFO, "{0}: {1}", why, report.summary());
    }

    /** Takeovers done. */
    long takeovers() {
        return takeovers.sum();
    }

    /** Words that another one replaced before they were followed. */
    long collapsed() {
        return collapsed.sum();
    }

    /** Changes of role that failed. */
    long failures() {
        return failures.sum();
    }

    /** What failed last and was not put right since; null for nothing. */
    @Nullable
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        retake.close();
        try {
            // What it is doing to the table must be over before the table is closed.
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
