package org.conntwin.tracker.model;

/**
 * The windows of a TCP flow and its last segment, which only the userspace tracker tells and takes: what ctnetlink does
 * not carry, and what strict window tracking needs after a failover. Numbers are those of the sequence space, modulo
 * 2^32.
 */
public record TcpWindows(Side original, Side reply, Last last) {
    /**
     * What is known of one side.
     *
     * @param end one beyond the highest number sent
     * @param maxEnd one beyond the highest number that its peer's window allows
     * @param maxWindow the largest window it announced, scaled; 0 when it has not been seen
     * @param maxAck the highest acknowledgement it sent; counts with {@link TcpState#MAXACK_SET}
     */
    public record Side(int end, int maxEnd, int maxWindow, int maxAck) {}

    /**
     * The last segment that counted.
     *
     * @param direction 0 original, 1 reply
     * @param segment its class: 0 SYN, 1 SYN/ACK, 2 FIN, 3 ACK, 4 RST, 5 none
     * @param window as in the header, 0 to 65535
     * @param scale window scale of an annotated SYN
     * @param flags flags of an annotated SYN, see {@link TcpState}; 0x40 a challenge acknowledgement is expected, 0x80
     *     simultaneous open
     * @param retransmissions how often it was seen again, 0 to 255
     */
    public record Last(
            int direction,
            int segment,
            int sequence,
            int acknowledgment,
            int end,
            int window,
            int scale,
            int flags,
            int retransmissions) {}
}
