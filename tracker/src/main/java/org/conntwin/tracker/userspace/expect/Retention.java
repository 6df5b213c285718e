package org.conntwin.tracker.userspace.expect;

/**
 * How expectations of a helper are kept beyond what the kernel does, so that they can be observed: a practice for
 * teaching and tests, which holds the way open for longer than the protocol needs.
 *
 * @param keep whether an expectation stays when it is fulfilled, until its life of {@link #KEPT_SECONDS} is over; while
 *     it does, only a port that it does not cover leads to another one, and its own port renews it
 * @param portMask bits of the destination port that count, 0 to 0xffff: 0xfffc lets four neighbouring ports share one
 */
public record Retention(boolean keep, int portMask) {
    /** Lifetime of an expectation that is kept. */
    public static final int KEPT_SECONDS = 30;

    /** As in the kernel: gone when fulfilled, for one port. */
    public static final Retention NONE = new Retention(false, 0xffff);
}
