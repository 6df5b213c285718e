package org.conntwin.node.demo.endpoint;

/**
 * How one TCP endpoint is set up.
 *
 * @param maxSegment most bytes of data it takes in one segment, 88 to 1460
 * @param windowScale the scale that it announces, 0 to 14; -1 for none
 * @param selective whether it announces and uses selective acknowledgements
 * @param receiveBuffer bytes that it takes before somebody reads them, at least one segment
 * @param timeWaitNanos how long it remembers a connection that it ended first
 */
public record StackOptions(int maxSegment, int windowScale, boolean selective, int receiveBuffer, long timeWaitNanos) {
    /** What Linux announces on Ethernet. */
    public static final StackOptions USUAL = new StackOptions(1_460, 7, true, 128 << 10, 10_000_000_000L);
}
