package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;

/**
 * Timestamps of proxied connections: the client goes on with the proxy's clock, the server has its own (kernel
 * behaviour: {@code synproxy_tstamp_adjust}). Needs no proxy: entries come from other nodes, too. Nothing allocates.
 */
public final class TimestampShift {
    private static final int CHECKSUM = 16;
    private static final int HEADER = 20;
    private static final int TIMESTAMP = 8;
    private static final int LENGTH = 10;

    private TimestampShift() {}

    /** Moves the timestamps of a segment of the flow, if they are moved at all; its checksum follows. */
    public static void apply(Flow flow, Packet packet, int direction) {
        Extras extras = flow.extras;
        SynProxyOffsets offsets = extras == null ? null : extras.synProxy;
        if (offsets == null
                || offsets.timestampOffset() == 0
                || packet.key.protocol != Protocol.TCP
                || !Tcp.whole(packet)) {
            return;
        }
        int at = packet.transport + HEADER;
        int end = packet.transport + (packet.u8(packet.transport + 12) >>> 4 << 2);
        while (at < end) {
            int kind = packet.u8(at);
            if (kind == 0) {
                return;
            }
            if (kind == 1) {
                at++;
                continue;
            }
            int length = at + 1 < end ? packet.u8(at + 1) : 0;
            if (length < 2 || length > end - at) {
                return;
            }
            if (kind == TIMESTAMP && length == LENGTH) {
                int number = direction == Flow.REPLY ? at + 2 : at + 6;
                int moved = packet.i32(number)
                        + (direction == Flow.REPLY ? -offsets.timestampOffset() : offsets.timestampOffset());
                packet.replace32(number, moved, packet.transport + CHECKSUM);
                return;
            }
            at += length;
        }
    }
}
