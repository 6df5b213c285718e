package org.conntwin.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.conntwin.it.lab.Control;

/** Waits with a bound and says how long it took. */
final class Stopwatch {
    private static final Duration POLL = Duration.ofMillis(50);

    private Stopwatch() {}

    /** Waits until the condition holds. @return seconds until it was seen to hold */
    static double secondsUntil(String what, Duration limit, Callable<Boolean> condition) {
        long start = System.nanoTime();
        await(what).atMost(limit).pollDelay(Duration.ZERO).pollInterval(POLL).until(condition);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Waits until a node has exactly so many entries in one place: internal, external or table. */
    static double secondsUntilEntries(Control node, String place, long count, Duration limit) {
        return secondsUntil(count + " entries in " + place, limit, () -> node.entries(place) == count);
    }

    /** Waits until `verify` says parity. */
    static double secondsUntilParity(Control node, Duration limit) {
        return secondsUntil("parity", limit, node::parity);
    }

    /** Lets traffic or trouble go on for so long. */
    static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints a figure of the run; the reports collect these lines. */
    static void figure(String text) {
        System.out.println("fig: " + text);
    }
}
