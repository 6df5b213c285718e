package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;

/**
 * UDP as Linux 6.18 tracks it. A flow answered is a stream, and assured, once it is used more than two seconds after
 * its first packet; one that came from outside is old enough.
 */
public final class UdpTracker extends DatagramTracker {
    private static final int HEADER = 8;
    private static final long STREAM_NANOS = 2_000_000_000L;

    /**
     * A tracker of UDP.
     *
     * @param timeout lifetime in seconds
     * @param streamTimeout that of a stream
     * @param checksum whether datagrams with a wrong checksum are invalid
     */
    public UdpTracker(int timeout, int streamTimeout, boolean checksum) {
        super(timeout, streamTimeout, checksum);
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        if (!valid(packet)) {
            return Judgement.INVALID;
        }
        if (!flow.confirmed()) {
            flow.state = new UdpTrack(now + STREAM_NANOS);
        }
        boolean stream =
                flow.has(Status.SEEN_REPLY) && (!(flow.state instanceof UdpTrack track) || now > track.streamAfter());
        return accept(flow, packet, direction, now, stream);
    }

    /** The sum goes over all that IP carries, also where the length field tells less. No sum is right in IPv6, too. */
    private boolean valid(Packet packet) {
        int there = packet.transportLength();
        if (there < HEADER) {
            return false;
        }
        int length = packet.u16(packet.transport + 4);
        return length >= HEADER
                && length <= there
                && (!checksum
                        || packet.u16(packet.transport + 6) == 0
                        || Checksums.transportValid(packet, Protocol.UDP));
    }
}
