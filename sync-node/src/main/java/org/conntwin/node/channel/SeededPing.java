package org.conntwin.node.channel;

import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.PING;
import org.jgroups.stack.IpAddress;

/** Discovery by multicast that also asks a fixed list of addresses, so that either way of reaching a peer is enough. */
final class SeededPing extends PING {
    private final List<PhysicalAddress> seeds;

    /** With the addresses to ask besides the group. */
    SeededPing(List<InetSocketAddress> seeds) {
        this.seeds = seeds.stream()
                .<PhysicalAddress>map(seed -> new IpAddress(seed.getAddress(), seed.getPort()))
                .toList();
    }

    @Override
    protected void sendMcastDiscoveryRequest(Message request) {
        super.sendMcastDiscoveryRequest(request);
        for (PhysicalAddress seed : seeds) {
            if (!seed.equals(transport.localPhysicalAddress())) {
                down_prot.down(request.copy(true, true).setDest(seed));
            }
        }
    }
}
