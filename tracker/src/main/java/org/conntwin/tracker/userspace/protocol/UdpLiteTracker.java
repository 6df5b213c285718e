package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;

/** UDP-Lite (RFC 3828) as Linux 6.18 tracks it: assured with the first packet behind the answer; UDP's lifetimes. */
public final class UdpLiteTracker extends DatagramTracker {
    private static final int HEADER = 8;

    /**
     * A tracker of UDP-Lite.
     *
     * @param timeout lifetime in seconds
     * @param streamTimeout that of an answered flow
     * @param checksum whether datagrams with a wrong checksum are invalid
     */
    public UdpLiteTracker(int timeout, int streamTimeout, boolean checksum) {
        super(timeout, streamTimeout, checksum);
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        if (!valid(packet)) {
            return Judgement.INVALID;
        }
        boolean answered = flow.has(Status.SEEN_REPLY);
        return accept(flow, packet, direction, now, answered);
    }

    /** The kernel verifies with UDP's number in the pseudo header, so that sums by the RFC are wrong to it. */
    private boolean valid(Packet packet) {
        int there = packet.transportLength();
        if (there < HEADER) {
            return false;
        }
        int told = packet.u16(packet.transport + 4);
        int covered = told == 0 ? there : told;
        return covered >= HEADER
                && covered <= there
                && packet.u16(packet.transport + 6) != 0
                && (!checksum || Checksums.transportValid(packet, Protocol.UDP, covered));
    }
}
