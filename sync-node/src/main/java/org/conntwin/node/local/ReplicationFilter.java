package org.conntwin.node.local;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.tracker.model.AddressPrefix;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.table.EventFilter;

/**
 * What this node replicates, by its configuration: what its caches take of the table, and what it owns of a commit. The
 * cluster's own traffic never is, nor what goes by loopback. Immutable.
 */
public final class ReplicationFilter {
    /** Nothing is left out. */
    public static final ReplicationFilter EVERYTHING =
            new ReplicationFilter(EventFilter.ALL, new NodeConfig.Expectations(true, Set.of()));

    private static final List<AddressPrefix> LOOPBACK = List.of(
            new AddressPrefix(Family.IPV4, 0, 0x7f000000L, 0, 0xff000000L),
            new AddressPrefix(Family.IPV6, 0, 1, -1, -1));

    private final EventFilter entries;
    private final NodeConfig.Expectations expectations;

    private ReplicationFilter(EventFilter entries, NodeConfig.Expectations expectations) {
        this.entries = entries;
        this.expectations = expectations;
    }

    /**
     * From the configuration.
     *
     * @param clusterAddresses this node's address and group in the cluster
     */
    public ReplicationFilter(NodeConfig.Sync sync, List<InetAddress> clusterAddresses) {
        this(events(sync, clusterAddresses), sync.expectations());
    }

    private static EventFilter events(NodeConfig.Sync sync, List<InetAddress> clusterAddresses) {
        NodeConfig.Filter filter = sync.filter();
        Stream<AddressPrefix> cluster = clusterAddresses.stream()
                .map(address -> AddressPrefix.of(address, address.getAddress().length * Byte.SIZE));
        return new EventFilter(
                filter.protocols(),
                filter.zones(),
                filter.tcpStates().stream().map(NodeConfig.TcpState::number).collect(Collectors.toSet()),
                filter.excludeAddresses().stream()
                        .map(cidr -> AddressPrefix.of(cidr.network(), cidr.prefixLength()))
                        .toList(),
                Stream.concat(cluster, LOOPBACK.stream()).toList(),
                sync.expectations().all() || !sync.expectations().helpers().isEmpty(),
                // The end of a peer's entry that stands in the table counts, whatever this node replicates of its own.
                !sync.externalCache());
    }

    /** The events that are of use. */
    public EventFilter events() {
        return entries;
    }

    /** Whether the entry is replicated. An event without a TCP state is taken to have a fitting one. */
    public boolean replicates(Conntrack entry) {
        return entries.wants(entry);
    }

    /** Whether the expectation is replicated. */
    public boolean replicates(Expectation expectation) {
        String helper = expectation.helper();
        return expectations.includes(helper == null ? "" : helper);
    }
}
