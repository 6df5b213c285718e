package org.conntwin.node.channel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts what was dropped, by cause, and writes one line a minute for each cause. Any thread. */
final class Drops {
    private static final Logger LOG = System.getLogger(Drops.class.getPackageName());
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final class Tally {
        final LongAdder count = new LongAdder();
        final AtomicLong quietUntilNanos;

        Tally(long now) {
            quietUntilNanos = new AtomicLong(now);
        }
    }

    private final Map<DropCause, Tally> tallies = new EnumMap<>(DropCause.class);
    private final LongSupplier nanoTime;
    private volatile Runnable settle = () -> {};

    /** With a monotonic clock, nanoseconds. */
    Drops(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        for (DropCause cause : DropCause.values()) {
            tallies.put(cause, new Tally(nanoTime.getAsLong()));
        }
    }

    /** What is to be done before the counts are read, so that nothing is missing in them. */
    void settledBy(Runnable settling) {
        settle = settling;
    }

    /** One more; {@code peer} is printed when a line is due. */
    void count(DropCause cause, Object peer) {
        Tally tally = java.util.Objects.requireNonNull(tallies.get(cause));
        tally.count.increment();
        long now = nanoTime.getAsLong();
        long quietUntil = tally.quietUntilNanos.get();
        if (now - quietUntil >= 0 && tally.quietUntilNanos.compareAndSet(quietUntil, now + QUIET_NANOS)) {
            // an absent peer, say, is no news for the operator here; the status of the cluster shows it
            LOG.log(
                    cause.ordinary() ? Level.DEBUG : Level.WARNING,
                    "channel: dropped (" + cause.label() + ", " + peer + "): " + cause.meaning() + "; "
                            + tally.count.sum() + " so far");
        }
    }

    /** How many for one cause. */
    long count(DropCause cause) {
        settle.run();
        return java.util.Objects.requireNonNull(tallies.get(cause)).count.sum();
    }

    /** All causes by label, those with 0 included. */
    Map<String, Long> snapshot() {
        settle.run();
        Map<String, Long> all = new LinkedHashMap<>();
        tallies.forEach((cause, tally) -> all.put(cause.label(), tally.count.sum()));
        return all;
    }
}
