package org.conntwin.node.demo.endpoint;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Tuple;

/**
 * A TCP segment as it was received.
 *
 * @param tuple from its sender to its receiver
 * @param window as in the header, not scaled
 * @param maxSegment the announced segment size, 0 when there is none
 * @param scale the announced window scale, -1 when there is none
 * @param selective whether selective acknowledgements are permitted
 * @param blocks begin and end of each selective acknowledgement in turn, as in the header; valid during the call only
 * @param payload valid during the call only
 */
record Segment(
        Tuple tuple,
        int sequence,
        int acknowledgment,
        int flags,
        int window,
        int maxSegment,
        int scale,
        boolean selective,
        ByteBuffer blocks,
        ByteBuffer payload) {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Sequence numbers that it takes. */
    int span() {
        return payload.remaining() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }
}
