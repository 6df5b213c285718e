package org.conntwin.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.conntwin.it.lab.Control;

/** The five seconds after the end of a fault, in which all of what is waited for has to become true. */
final class Healing {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final long began = System.nanoTime();

    private Healing() {}

    /** The fault is over now. */
    static Healing begins() {
        return new Healing();
    }

    private Duration left() {
        Duration left = LIMIT.minusNanos(System.nanoTime() - began);
        // What is true already may be asked for late.
        return left.isPositive() ? left : Duration.ofMillis(1);
    }

    private double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** Waits for a condition. @return seconds since the end of the fault */
    double until(String what, Callable<Boolean> condition) {
        Stopwatch.secondsUntil(what, left(), condition);
        return seconds();
    }

    /** Waits until a node has exactly so many entries in one place: internal, external or table. */
    double untilEntries(Control node, String place, long count) {
        return until(count + " entries in " + place, () -> node.entries(place) == count);
    }

    /** Waits until `verify` says parity. */
    double untilParity(Control node) {
        return until("parity", node::parity);
    }
}
