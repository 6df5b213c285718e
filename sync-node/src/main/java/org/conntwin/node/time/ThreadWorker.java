package org.conntwin.node.time;

import java.util.concurrent.locks.LockSupport;

/** Turns on a thread of their own. */
final class ThreadWorker implements Worker {
    private static final System.Logger LOG = System.getLogger(ThreadWorker.class.getName());
    private static final long AFTER_FAILURE_NANOS = 100_000_000L;
    private static final long CLOSE_MILLIS = 1_000;

    private final Turn turn;
    private final Thread thread;
    private volatile boolean woken;
    private volatile boolean parked;
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
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public boolean works() {
        return thread.isAlive() && !closing;
    }

    private void run() {
        while (!closing) {
            woken = false;
            long wait = wait(turn);
            if (wait > 0) {
                parked = true;
                // Whoever wakes sets the one flag before it reads the other, as this does the other way round.
                if (!woken && !closing) {
                    LockSupport.parkNanos(this, wait);
                }
                parked = false;
            }
        }
    }

    private long wait(Turn due) {
        try {
            return due.take();
        } catch (RuntimeException failure) {
            // A part must outlive a failure; what was lost by it, the next turns and digests bring back.
            LOG.log(System.Logger.Level.ERROR, thread.getName() + " failed", failure);
            return AFTER_FAILURE_NANOS;
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
