package org.conntwin.node.time;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Turns on a thread of their own; while that one has nothing to do, on the threads of those who lend theirs. */
final class ThreadWorker implements Worker {
    private static final System.Logger LOG = System.getLogger(ThreadWorker.class.getName());
    private static final long AFTER_FAILURE_NANOS = 100_000_000L;
    private static final long CLOSE_MILLIS = 1_000;
    /** Turns that one lends: what there is to do, and a look that it was all. */
    private static final int LENT = 2;

    private final Turn turn;
    private final Thread thread;
    private final ReentrantLock turns = new ReentrantLock();
    private volatile boolean woken;
    /** For how long the thread went to sleep; 0 while it is up. */
    private volatile long parkedFor;

    /** The last turn failed: the next is the thread's own, after its pause. */
    private volatile boolean failed;

    private volatile boolean closing;

    ThreadWorker(String name, Turn turn) {
        this.turn = turn;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void wake() {
        if (!woken) {
            woken = true;
        }
        if (parkedFor > 0) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void lend() {
        long asleep = parkedFor;
        if (failed) {
            woken = true;
            return;
        }
        if (asleep == 0 || turns.isHeldByCurrentThread() || !turns.tryLock()) {
            wake();
            return;
        }
        long wait = 0;
        try {
            for (int lent = 0; lent < LENT && wait == 0; lent++) {
                wait = turn();
            }
        } finally {
            turns.unlock();
        }
        if (wait < asleep) {
            wake(); // it sleeps for longer than it is to
        }
    }

    @Override
    public boolean works() {
        return thread.isAlive() && !closing;
    }

    private void run() {
        while (!closing) {
            woken = false;
            long wait = ownTurn();
            if (wait > 0) {
                parkedFor = wait;
                // Whoever wakes sets the one flag before it reads the other, as this does the other way round.
                if (!woken && !closing) {
                    LockSupport.parkNanos(this, wait);
                }
                parkedFor = 0;
            }
        }
    }

    private long ownTurn() {
        turns.lock();
        try {
            return turn();
        } finally {
            turns.unlock();
        }
    }

    /** One turn, by whoever holds {@link #turns}; none once this is closed. */
    private long turn() {
        if (closing) {
            return Turn.UNTIL_WOKEN;
        }
        try {
            long wait = turn.take();
            failed = false;
            return wait;
        } catch (RuntimeException failure) {
            // A part must outlive a failure; what was lost by it, the next turns and digests bring back.
            LOG.log(System.Logger.Level.ERROR, thread.getName() + " failed", failure);
            failed = true;
            return AFTER_FAILURE_NANOS;
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread().equals(thread) || turns.isHeldByCurrentThread()) {
            return;
        }
        try {
            thread.join(CLOSE_MILLIS);
            if (turns.tryLock(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                turns.unlock(); // nobody's lent turn is under way
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
