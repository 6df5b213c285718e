package org.conntwin.tracker.userspace.track;

import java.util.Arrays;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.protocol.GenericTracker;
import org.conntwin.tracker.userspace.protocol.GreTracker;
import org.conntwin.tracker.userspace.protocol.IcmpTracker;
import org.conntwin.tracker.userspace.protocol.Icmpv6Tracker;
import org.conntwin.tracker.userspace.protocol.ProtocolTracker;
import org.conntwin.tracker.userspace.protocol.SctpTracker;
import org.conntwin.tracker.userspace.protocol.SourceKeys;
import org.conntwin.tracker.userspace.protocol.UdpLiteTracker;
import org.conntwin.tracker.userspace.protocol.UdpTracker;
import org.conntwin.tracker.userspace.tcp.TcpTracker;

/** Which tracker a packet's protocol has. */
final class ProtocolTrackers {
    private final ProtocolTracker[] byNumber = new ProtocolTracker[256];

    ProtocolTrackers(TrackerSettings settings, SourceKeys greKeys) {
        ProtocolTimeouts timeouts = settings.timeouts();
        Arrays.fill(byNumber, new GenericTracker(timeouts.generic()));
        boolean checksum = settings.checksum();
        byNumber[Protocol.ICMP] = new IcmpTracker(timeouts.icmp(), checksum);
        byNumber[Protocol.ICMPV6] = new Icmpv6Tracker(timeouts.icmpv6(), checksum);
        byNumber[Protocol.UDP] = new UdpTracker(timeouts.udp(), timeouts.udpStream(), checksum);
        byNumber[Protocol.UDPLITE] = new UdpLiteTracker(timeouts.udp(), timeouts.udpStream(), checksum);
        byNumber[Protocol.SCTP] = new SctpTracker(timeouts.sctp(), checksum);
        byNumber[Protocol.GRE] = new GreTracker(timeouts.gre(), timeouts.greStream(), greKeys);
        byNumber[Protocol.TCP] = new TcpTracker(settings.tcp(), timeouts.tcp(), checksum);
    }

    ProtocolTracker of(Packet packet) {
        return of(packet.key.protocol);
    }

    /** Whether an assured flow may make room when the table is full, as it ends soon. */
    boolean mayDropEarly(Flow flow) {
        return byNumber[flow.protocol()].mayDropEarly(flow);
    }

    /** @param protocol IP protocol number, 0 to 255 */
    ProtocolTracker of(int protocol) {
        return byNumber[protocol];
    }
}
