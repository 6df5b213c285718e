package org.conntwin.node.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells the service manager at intervals that the node lives, and how it does. It falls silent when a thread of the
 * node has ended, when threads wait for each other for ever, or when nobody can say any more how the node does, because
 * a lock is held for good: then the service manager starts the node anew.
 */
public final class Watchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    private static final Duration UNWATCHED = Duration.ofSeconds(10);

    private final ServiceNotice notice;
    private final LivingThreads threads;
    private final Supplier<String> summary;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("watchdog").daemon().factory());
    private boolean complained;

    private Watchdog(ServiceNotice notice, LivingThreads threads, Supplier<String> summary) {
        this.notice = notice;
        this.threads = threads;
        this.summary = summary;
    }

    /**
     * Begins, three times within the service manager's patience; every ten seconds when only the status is wanted, and
     * never when nothing is.
     *
     * @param summary how the node does; asks it, so that it hangs where the node hangs
     */
    public static Watchdog start(ServiceNotice notice, LivingThreads threads, Supplier<String> summary) {
        Watchdog watchdog = new Watchdog(notice, threads, summary);
        if (notice.wanted()) {
            long nanos = notice.watchdog()
                    .map(patience -> patience.dividedBy(3))
                    .orElse(UNWATCHED)
                    .toNanos();
            var _ = watchdog.timer.scheduleWithFixedDelay(watchdog::beat, 0, nanos, TimeUnit.NANOSECONDS);
        }
        return watchdog;
    }

    private void beat() {
        try {
            Optional<String> complaint = threads.complaint();
            if (complaint.isEmpty()) {
                notice.alive(summary.get());
            } else {
                complain(complaint.get());
            }
        } catch (RuntimeException failure) {
            complain("it cannot be asked: " + failure);
        }
    }

    private void complain(String what) {
        notice.status("not well: " + what);
        if (!complained) {
            complained = true;
            LOG.log(System.Logger.Level.ERROR, "not well, the watchdog is told no more: {0}", what);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
