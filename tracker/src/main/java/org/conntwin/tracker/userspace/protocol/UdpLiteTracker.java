package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;

/** UDP-Lite (RFC 3828) as Linux 6.18 tracks it: assured with the first packet behind the answer; UDP's lifetimes. */
public final class UdpLiteTracker implements ProtocolTracker {
    private static final int HEADER = 8;

    private final int timeout;
    private final int streamTimeout;
    private final boolean checksum;

    /**
     * A tracker of UDP-Lite.
     *
     * @param timeout lifetime in seconds
     * @param streamTimeout that of an answered flow
     * @param checksum whether datagrams with a wrong checksum are invalid
     */
    public UdpLiteTracker(int timeout, int streamTimeout, boolean checksum) {
        this.timeout = timeout;
        this.streamTimeout = streamTimeout;
        this.checksum = checksum;
    }

    @Override
    public boolean keys(Packet packet) {
        return Ports.read(packet);
    }

    @Override
    public boolean allowsClash() {
        return true;
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        if (!valid(packet)) {
            return Judgement.INVALID;
        }
        boolean answered = flow.has(Status.SEEN_REPLY);
        flow.refresh(answered ? streamTimeout : timeout, now, direction, packet.length);
        if (answered && !flow.has(Status.ASSURED | Flow.NAT_CLASH)) {
            flow.status |= Status.ASSURED;
            flow.events |= EventBits.ASSURED;
        }
        return Judgement.ACCEPT;
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
