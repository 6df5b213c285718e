package org.conntwin.tracker.userspace.tcp;

/**
 * The kernel's TCP sysctls. Immutable.
 *
 * @param loose connections may be picked up in the middle
 * @param beLiberal only resets outside the window are invalid
 * @param maxRetrans retransmissions before the short timeout, 0 to 255
 * @param ignoreInvalidRst resets outside the window are not marked invalid
 * @param retransTimeout lifetime in seconds once there were that many
 * @param unacknowledgedTimeout lifetime in seconds while data is not acknowledged
 * @param destroyOutOfSync the behaviour of older kernels: the answer to an unexpected SYN kills the flow
 */
public record TcpSettings(
        boolean loose,
        boolean beLiberal,
        int maxRetrans,
        boolean ignoreInvalidRst,
        int retransTimeout,
        int unacknowledgedTimeout,
        boolean destroyOutOfSync) {
    /** The defaults of Linux 6.18. */
    public static final TcpSettings LINUX = new TcpSettings(true, false, 3, false, 300, 300, false);
}
