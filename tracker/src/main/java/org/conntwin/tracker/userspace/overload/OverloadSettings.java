package org.conntwin.tracker.userspace.overload;

/**
 * What happens as the table fills up. Immutable.
 *
 * @param earlyDrop whether flows make room for new ones in a full table; otherwise new ones are refused
 * @param adaptiveStart share of the limit from which on lifetimes shrink, 0 to 1; 1 for never
 * @param adaptiveEnd share at which they would be zero, greater than {@code adaptiveStart}
 * @param softSeconds how long an assured flow must have been idle to make room, at least 1; beyond 19 hours, never
 * @param probe whether the ends of an idle TCP connection are asked before it makes room
 */
public record OverloadSettings(
        boolean earlyDrop, double adaptiveStart, double adaptiveEnd, int softSeconds, boolean probe) {
    /** What the kernel has: early drop alone. */
    public static final OverloadSettings KERNEL = new OverloadSettings(true, 1, 2, Integer.MAX_VALUE, false);

    /** The same with early drop or without. */
    public OverloadSettings withEarlyDrop(boolean earlyDrop) {
        return new OverloadSettings(earlyDrop, adaptiveStart, adaptiveEnd, softSeconds, probe);
    }

    /** The same with lifetimes that shrink between these shares. */
    public OverloadSettings withAdaptive(double start, double end) {
        return new OverloadSettings(earlyDrop, start, end, softSeconds, probe);
    }

    /** The same with assured flows that make room once idle for so long. */
    public OverloadSettings withSoftSeconds(int softSeconds) {
        return new OverloadSettings(earlyDrop, adaptiveStart, adaptiveEnd, softSeconds, probe);
    }

    /** The same with ends asked or not. */
    public OverloadSettings withProbe(boolean probe) {
        return new OverloadSettings(earlyDrop, adaptiveStart, adaptiveEnd, softSeconds, probe);
    }
}
