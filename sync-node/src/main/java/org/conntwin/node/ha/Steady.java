package org.conntwin.node.ha;

/** A condition that counts as changed only after it has been different for some time without a break. Not thread-safe. */
final class Steady {
    private final long steadyNanos;
    private boolean value;
    private boolean different;
    private long since;

    /** Begins with this value. */
    Steady(boolean value, long steadyNanos) {
        this.value = value;
        this.steadyNanos = steadyNanos;
    }

    /** What counts, now that the condition is seen like this. */
    boolean seen(boolean now, long nanos) {
        if (now == value) {
            different = false;
        } else if (!different) {
            different = true;
            since = nanos;
        } else if (nanos - since >= steadyNanos) {
            value = now;
            different = false;
        }
        return value;
    }
}
