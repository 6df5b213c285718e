package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;

/** What UDP and UDP-Lite have in common: ports, two lifetimes, and that a stream is assured. */
abstract sealed class DatagramTracker implements ProtocolTracker permits UdpTracker, UdpLiteTracker {
    private final int timeout;
    private final int streamTimeout;
    /** Whether datagrams with a wrong checksum are invalid. */
    final boolean checksum;

    /**
     * A tracker.
     *
     * @param timeout lifetime in seconds
     * @param streamTimeout that of a stream
     */
    DatagramTracker(int timeout, int streamTimeout, boolean checksum) {
        this.timeout = timeout;
        this.streamTimeout = streamTimeout;
        this.checksum = checksum;
    }

    @Override
    public final boolean keys(Packet packet) {
        return Ports.read(packet);
    }

    @Override
    public final boolean allowsClash() {
        return true;
    }

    /** A datagram that is right: the flow lives on, and is assured once it is a stream. */
    final Judgement accept(Flow flow, Packet packet, int direction, long now, boolean stream) {
        flow.refresh(stream ? streamTimeout : timeout, now, direction, packet.length);
        if (stream && !flow.has(Status.ASSURED | Flow.NAT_CLASH)) {
            flow.status |= Status.ASSURED;
            flow.events |= EventBits.ASSURED;
        }
        return Judgement.ACCEPT;
    }
}
