package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;

/** Protocols without rules of their own: a flow is two addresses and the protocol's number. */
public final class GenericTracker implements ProtocolTracker {
    private final int timeout;

    /** @param timeout lifetime in seconds */
    public GenericTracker(int timeout) {
        this.timeout = timeout;
    }

    @Override
    public boolean keys(Packet packet) {
        packet.key.keys = 0;
        return true;
    }

    @Override
    public boolean allowsClash() {
        return true;
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        flow.refresh(timeout, now, direction, packet.length);
        return Judgement.ACCEPT;
    }
}
