package org.conntwin.tracker.userspace;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.tracker.userspace.helper.broadcast.LocalNetworks;
import org.conntwin.tracker.userspace.track.Tracker;

/**
 * What a table does by itself, on a thread of its own: lets flows go whose lives are over, tells of windows that moved,
 * follows the wall clock and the machine's networks.
 */
final class TableTimer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TableTimer.class.getName());
    private static final long TIMER_MILLIS = 20;

    private final ReentrantLock lock;
    private final Condition closed;
    private final TableClock clock;
    private final Tracker tracker;
    private final PacketPath path;
    private final WindowTeller windows;
    private final LocalNetworks networks;
    private final Thread thread =
            Thread.ofPlatform().name("conntrack-timer").daemon().unstarted(this::run);
    private boolean closing;

    /** @param lock the table's */
    TableTimer(
            ReentrantLock lock,
            TableClock clock,
            Tracker tracker,
            PacketPath path,
            WindowTeller windows,
            LocalNetworks networks) {
        this.lock = lock;
        this.closed = lock.newCondition();
        this.clock = clock;
        this.tracker = tracker;
        this.path = path;
        this.windows = windows;
        this.networks = networks;
    }

    void start() {
        thread.start();
    }

    private void run() {
        boolean more = false;
        while (true) {
            lock.lock();
            try {
                if (!more && !closing) {
                    // A signal means closing; a wake-up without one does no harm.
                    boolean signalled = closed.await(TIMER_MILLIS, TimeUnit.MILLISECONDS);
                    more |= signalled;
                }
                if (closing) {
                    return;
                }
                more = turn(clock.nanos());
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // Lives must go on ending; the next turn comes after a pause.
                LOG.log(System.Logger.Level.ERROR, "the userspace table's timer failed once", e);
                more = false;
            } finally {
                lock.unlock();
            }
            networks.refresh(clock.nanos());
            TableWalk.giveWay(lock);
        }
    }

    /** Whether there is more to do at once. */
    private boolean turn(long now) {
        path.wallClock(clock.wallNanos() - now);
        boolean livesLeft = tracker.expire(now, TableWalk.ENTRIES_A_TURN);
        return windows.tellDue(now, TableWalk.ENTRIES_A_TURN) || livesLeft;
    }

    /** Lets the thread end; anything else goes on. */
    void end() {
        lock.lock();
        try {
            closing = true;
            closed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the thread has ended. */
    @Override
    public void close() {
        end();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
