package org.conntwin.node.local;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.conntwin.node.config.Cidr;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;

/** What this node replicates, by its configuration. Its own cluster traffic never is. Immutable. */
public final class ReplicationFilter {
    private final Set<Integer> protocols;
    private final Set<Integer> zones;
    private final Set<Integer> tcpStates = new HashSet<>();
    private final List<AddressPrefix> excluded = new ArrayList<>();
    private final List<AddressPrefix> own = new ArrayList<>();
    private final NodeConfig.Expectations expectations;

    /**
     * From the configuration.
     *
     * @param clusterAddresses this node's address and group in the cluster
     */
    public ReplicationFilter(NodeConfig.Sync sync, List<InetAddress> clusterAddresses) {
        NodeConfig.Filter filter = sync.filter();
        protocols = filter.protocols();
        zones = filter.zones();
        filter.tcpStates().forEach(state -> tcpStates.add(state.number()));
        for (Cidr cidr : filter.excludeAddresses()) {
            excluded.add(AddressPrefix.of(cidr.network(), cidr.prefixLength()));
        }
        for (InetAddress address : clusterAddresses) {
            own.add(AddressPrefix.of(address, address.getAddress().length * 8));
        }
        expectations = sync.expectations();
    }

    /** Whether the entry is replicated. An event without a TCP state is taken to have a fitting one. */
    public boolean replicates(Conntrack entry) {
        if (!protocols.isEmpty() && !protocols.contains(entry.original().protocol())) {
            return false;
        }
        if (!zones.isEmpty() && !zones.contains(entry.zone().id())) {
            return false;
        }
        if (!tcpStates.isEmpty()
                && entry.original().protocol() == Protocol.TCP
                && entry.state() instanceof TcpState tcp
                && !tcpStates.contains(tcp.state())) {
            return false;
        }
        for (AddressPrefix prefix : excluded) {
            if (prefix.touches(entry.original()) || prefix.touches(entry.reply())) {
                return false;
            }
        }
        return !ownTraffic(entry);
    }

    /** A translated flow to a cluster address is forwarded traffic; a plain one ends at this node. */
    private boolean ownTraffic(Conntrack entry) {
        if (Status.translated(entry.status())) {
            return false;
        }
        for (AddressPrefix prefix : own) {
            if (prefix.touches(entry.original())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the expectation is replicated. */
    public boolean replicates(Expectation expectation) {
        String helper = expectation.helper();
        return expectations.includes(helper == null ? "" : helper);
    }
}
