package org.conntwin.node.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node's whole configuration, checked: what {@link ConfigReader} returns for a valid file. Immutable, thread-safe.
 *
 * @param node the node's name, unique in the cluster, 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 * @param table which local table the node keeps in step
 * @param cluster how nodes find and trust each other
 * @param sync what is replicated
 * @param ha roles and who decides on them
 * @param control the operators' socket
 * @param http the metrics and health address, or null when turned off
 * @param userspace the userspace tracker's settings, or null when the file has no such section
 */
public record NodeConfig(
        String node,
        TableKind table,
        Cluster cluster,
        Sync sync,
        Ha ha,
        Control control,
        @Nullable Http http,
        @Nullable Userspace userspace) {

    /** Carrier of cluster messages. */
    public enum Transport {
        /** UDP with IP multicast. */
        MULTICAST,
        /** TCP to a list of members. */
        TCP
    }

    /** How committed TCP entries treat the window check, whose state the kernel does not let anyone restore. */
    public enum TcpWindow {
        /** Segments outside the unknown window are let through on committed entries. */
        LIBERAL,
        /** The kernel picks the window up again from the first packets. */
        STRICT
    }

    /** The role a node starts in. */
    public enum InitialRole {
        /** Holds its peers' entries and waits. */
        BACKUP,
        /** Owns the flows. */
        ACTIVE,
        /** Active beside other active nodes. */
        MULTI
    }

    /** What a backup does when the cluster view loses the active node. */
    public enum OnPeerLoss {
        /** Waits to be told. */
        NONE,
        /** Takes over by itself. */
        PROMOTE
    }

    /**
     * Cluster membership. Exactly one of {@code bindAddress} and {@code bindInterface} is set.
     *
     * @param name the cluster's name
     * @param bindAddress the local address to use, or null
     * @param bindInterface the local interface to use, or null
     * @param transport carrier of messages
     * @param multicastAddress group for {@link Transport#MULTICAST}
     * @param port UDP or TCP port, 1 to 65535
     * @param members known members; never empty for {@link Transport#TCP}
     * @param keyFile the cluster key, or null when the operator wrote {@code insecure: true}
     */
    public record Cluster(
            String name,
            @Nullable InetAddress bindAddress,
            @Nullable String bindInterface,
            Transport transport,
            InetAddress multicastAddress,
            int port,
            List<Endpoint> members,
            @Nullable Path keyFile) {
        /** Copies the list. */
        public Cluster {
            members = List.copyOf(members);
        }

        /**
         * Whether the operator chose to run without a key.
         *
         * @return true when messages are neither authenticated nor encrypted
         */
        public boolean insecure() {
            return keyFile == null;
        }
    }

    /**
     * What is replicated, and how received entries are treated.
     *
     * @param externalCache false: received entries go straight into the local table
     * @param expectations which expectations are replicated
     * @param tcpWindow the window check on committed entries
     * @param filter what this node replicates
     * @param purgeAfter how long after a step down the node keeps the flows it owned
     */
    public record Sync(
            boolean externalCache,
            Expectations expectations,
            TcpWindow tcpWindow,
            Filter filter,
            Duration purgeAfter) {}

    /**
     * Which expectations are replicated.
     *
     * @param all true: those of every helper
     * @param helpers the helpers by name when not all; empty: none
     */
    public record Expectations(boolean all, Set<String> helpers) {
        /** Copies the set. */
        public Expectations {
            helpers = Set.copyOf(helpers);
        }

        /**
         * Whether an expectation of this helper is replicated.
         *
         * @param helper the helper's name; empty when the expectation carries none
         * @return true when it is to be replicated
         */
        public boolean includes(String helper) {
            return all || helpers.contains(helper);
        }
    }

    /**
     * What this node replicates. An empty set or list restricts nothing; otherwise an entry must pass every one.
     *
     * @param protocols IP protocol numbers to replicate
     * @param excludeAddresses an entry with one of these as an address of either tuple is left out
     * @param tcpStates TCP states to replicate; other protocols are not concerned
     * @param zones conntrack zones to replicate, 0 to 65535
     */
    public record Filter(
            Set<Integer> protocols, List<Cidr> excludeAddresses, Set<TcpState> tcpStates, Set<Integer> zones) {
        /** The filter that lets everything through. */
        public static final Filter NONE = new Filter(Set.of(), List.of(), Set.of(), Set.of());

        /** Copies the collections. */
        public Filter {
            protocols = Set.copyOf(protocols);
            excludeAddresses = List.copyOf(excludeAddresses);
            tcpStates = Set.copyOf(tcpStates);
            zones = Set.copyOf(zones);
        }
    }

    /** TCP states of Linux connection tracking, by their names there. */
    public enum TcpState {
        /** Kernel number 1. */
        SYN_SENT(1),
        /** Kernel number 2. */
        SYN_RECV(2),
        /** Kernel number 3. */
        ESTABLISHED(3),
        /** Kernel number 4. */
        FIN_WAIT(4),
        /** Kernel number 5. */
        CLOSE_WAIT(5),
        /** Kernel number 6. */
        LAST_ACK(6),
        /** Kernel number 7. */
        TIME_WAIT(7),
        /** Kernel number 8. */
        CLOSE(8),
        /** Simultaneous open; kernel number 9. */
        SYN_SENT2(9);

        private final int number;

        TcpState(int number) {
            this.number = number;
        }

        /**
         * The kernel's number of this state.
         *
         * @return 1 to 9
         */
        public int number() {
            return number;
        }
    }

    /**
     * Roles and who decides on them.
     *
     * @param initialRole role at start
     * @param keepalivedFifo the FIFO keepalived writes its notifications to, or null
     * @param onPeerLoss what a backup does when the active node is lost
     * @param trackFile the file that tells keepalived how far this node may be trusted with the flows, or null
     * @param hold how packets wait for a takeover's commit, or null when they do not
     */
    public record Ha(
            InitialRole initialRole,
            @Nullable Path keepalivedFifo,
            OnPeerLoss onPeerLoss,
            @Nullable Path trackFile,
            @Nullable Hold hold) {}

    /**
     * Packets that a ruleset queues on a backup wait until a takeover has committed.
     *
     * @param queue number of the packet queue, 0 to 65535
     * @param packets how many wait at most, 1 to 1000000; more of them pass as without a hold
     * @param time how long they wait at most for a takeover to begin; then they pass as without a hold
     */
    public record Hold(int queue, int packets, Duration time) {}

    /**
     * The operators' socket.
     *
     * @param socket path of the Unix domain socket, at most 106 bytes
     * @param group whose members may read, or null for root and the node's user alone
     */
    public record Control(Path socket, @Nullable String group) {
        /** Where the socket is unless configured. */
        public static final Path DEFAULT_SOCKET = Path.of("/run/conntwin/control.sock");
    }

    /**
     * Metrics, health and dashboard.
     *
     * @param address where to listen
     */
    public record Http(Endpoint address) {}
}
