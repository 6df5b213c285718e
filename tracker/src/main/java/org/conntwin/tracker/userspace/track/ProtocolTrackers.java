package org.conntwin.tracker.userspace.track;

import java.util.Arrays;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.protocol.GenericTracker;
import org.conntwin.tracker.userspace.protocol.ProtocolTracker;

/** Which tracker a packet's protocol has. */
final class ProtocolTrackers {
    private final ProtocolTracker[] byNumber = new ProtocolTracker[256];

    ProtocolTrackers(TrackerSettings settings) {
        ProtocolTimeouts timeouts = settings.timeouts();
        Arrays.fill(byNumber, new GenericTracker(timeouts.generic()));
    }

    ProtocolTracker of(Packet packet) {
        return byNumber[packet.key.protocol];
    }
}
