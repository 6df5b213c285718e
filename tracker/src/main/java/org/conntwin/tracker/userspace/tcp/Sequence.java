package org.conntwin.tracker.userspace.tcp;

/** Comparison in the sequence space, modulo 2^32 (RFC 9293, section 3.4). */
public final class Sequence {
    private Sequence() {}

    /** Whether {@code a} comes before {@code b}. */
    public static boolean before(int a, int b) {
        return a - b < 0;
    }

    /** Whether {@code a} comes after {@code b}. */
    public static boolean after(int a, int b) {
        return b - a < 0;
    }
}
