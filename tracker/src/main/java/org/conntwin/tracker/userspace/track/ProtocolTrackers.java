package org.conntwin.tracker.userspace.track;

import java.util.Arrays;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.protocol.GenericTracker;
import org.conntwin.tracker.userspace.protocol.ProtocolTracker;
import org.conntwin.tracker.userspace.tcp.TcpTracker;

/** Which tracker a packet's protocol has. */
final class ProtocolTrackers {
    private final ProtocolTracker[] byNumber = new ProtocolTracker[256];

    ProtocolTrackers(TrackerSettings settings) {
        ProtocolTimeouts timeouts = settings.timeouts();
        Arrays.fill(byNumber, new GenericTracker(timeouts.generic()));
        byNumber[Protocol.TCP] = new TcpTracker(settings.tcp(), timeouts.tcp(), settings.checksum());
    }

    ProtocolTracker of(Packet packet) {
        return byNumber[packet.key.protocol];
    }

    /** By IP protocol number, 0 to 255. */
    ProtocolTracker of(int protocol) {
        return byNumber[protocol];
    }
}
