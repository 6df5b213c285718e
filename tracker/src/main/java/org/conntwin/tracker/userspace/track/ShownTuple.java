package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.protocol.Admission;
import org.conntwin.tracker.userspace.protocol.ProtocolTracker;
import org.jspecify.annotations.Nullable;

/**
 * The tuple by which a packet's flow is found again after it {@linkplain Tracker#arrive arrived}. Nothing is judged or
 * counted. Not thread-safe.
 */
public final class ShownTuple {
    private final ProtocolTrackers protocols;
    private final Packet inner = new Packet();
    private final TupleKey answer = new TupleKey();

    ShownTuple(ProtocolTrackers protocols) {
        this.protocols = protocols;
    }

    /**
     * The packet's own tuple, for an error that of the packets it answers; valid until the next call.
     *
     * @return null when the packet is too short to show one
     */
    public @Nullable TupleKey of(Packet packet) {
        ProtocolTracker protocol = protocols.of(packet);
        if (protocol.admit(packet, inner) != Admission.ERROR) {
            return protocol.keys(packet) ? packet.key : null;
        }
        if (!protocols.of(inner).keys(inner)) {
            return null;
        }
        answer.set(inner.key.tuple().inverted());
        return answer;
    }
}
