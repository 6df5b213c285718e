package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;

/**
 * GRE as Linux 6.18 tracks it: one flow between two addresses (RFC 2784), but for enhanced GRE one a call (RFC 2637).
 * Keys of RFC 2890 play no part.
 */
public final class GreTracker implements ProtocolTracker {
    private static final int HEADER = 4;
    private static final int ENHANCED_HEADER = 8;
    private static final int VERSION = 7;
    private static final int ENHANCED = 1;
    private static final int PPP = 0x880b;

    private final int timeout;
    private final int streamTimeout;
    private final SourceKeys sourceKeys;

    /**
     * A tracker of GRE.
     *
     * @param timeout lifetime in seconds
     * @param streamTimeout that of an answered flow
     */
    public GreTracker(int timeout, int streamTimeout, SourceKeys sourceKeys) {
        this.timeout = timeout;
        this.streamTimeout = streamTimeout;
        this.sourceKeys = sourceKeys;
    }

    @Override
    public boolean keys(Packet packet) {
        int there = packet.transportLength();
        int at = packet.transport;
        packet.key.keys = 0;
        if (there < HEADER || (packet.u16(at) & VERSION) != ENHANCED || there < ENHANCED_HEADER) {
            return true;
        }
        if (packet.u16(at + 2) != PPP) {
            return false;
        }
        packet.key.keys = packet.u16(at + 6);
        packet.key.keys |= sourceKeys.of(packet.key) << 16;
        return true;
    }

    @Override
    public boolean allowsClash() {
        return true;
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        boolean answered = flow.has(Status.SEEN_REPLY);
        int seconds = flow.state instanceof GreTrack own
                ? (answered ? own.streamTimeout() : own.timeout())
                : (answered ? streamTimeout : timeout);
        flow.refresh(seconds, now, direction, packet.length);
        if (answered && !flow.has(Status.ASSURED | Flow.NAT_CLASH)) {
            flow.status |= Status.ASSURED;
            flow.events |= EventBits.ASSURED;
        }
        return Judgement.ACCEPT;
    }
}
