package org.conntwin.node.reference;

import static org.conntwin.node.reference.Note.set;
import static org.conntwin.node.reference.Note.shown;

import java.util.List;

/** What there is to say about every key but those of the userspace tracker, in the order of the example. */
final class Notes {
    private Notes() {}

    static final List<Note> NODE = List.of(
            set("node", "fw1", "The node's name, unique in the cluster."),
            set(
                    "table",
                    "kernel",
                    "Which table is kept in step: the kernel's (needs CAP_NET_ADMIN), or one that the node itself keeps"
                            + " (userspace), of live packets with userspace.queue. That one ends with its process."),
            set("cluster", "", "How the nodes find and trust each other."),
            set("cluster.name", "edge", "The cluster's name: nodes of other names are not heard."),
            set(
                    "cluster.bind-address",
                    "10.9.9.1",
                    "This node's address on the network between the nodes. This key or interface is needed, not both."),
            shown(
                    "cluster.interface",
                    "sync0",
                    "Instead of bind-address: the interface on that network, whose first address is then taken."),
            set(
                    "cluster.transport",
                    "multicast",
                    "multicast (UDP), or tcp for networks without multicast: then all members have to be named."),
            set(
                    "cluster.multicast-address",
                    "239.192.77.1",
                    "The group for multicast, of the same family as bind-address."),
            set(
                    "cluster.port",
                    "7600",
                    "UDP and TCP port, the same on every node; both have to pass the packet filter."),
            shown(
                    "cluster.members",
                    "[10.9.9.1, 10.9.9.2]",
                    "All nodes, this one too; each may carry a :port. Needed for tcp, allowed for multicast."),
            set(
                    "cluster.key-file",
                    "/etc/conntwin/cluster.key",
                    "The cluster's key, the same file on every node, mode 0600: everything between nodes is sealed with it."
                            + " Make it once with `conntwin keygen /etc/conntwin/cluster.key`. This key or insecure is"
                            + " needed."),
            shown("cluster.insecure", "true", "Instead of a key, on a network that nobody else can reach."),
            set("sync", "", "What is replicated, and how peers' entries are treated."),
            set(
                    "sync.external-cache",
                    "true",
                    "true: peers' entries are held back until this node takes over. false: they go into the local table at"
                            + " once."),
            set(
                    "sync.expectations",
                    "all",
                    "Expectations (of FTP's data connections and the like): all, none, or those of some helpers: [ftp, sip]."),
            set(
                    "sync.tcp-window",
                    "liberal",
                    "Window checks of committed TCP entries: liberal leaves them off, as the kernel lets nobody restore"
                            + " windows; strict lets it learn them anew."),
            set(
                    "sync.filter",
                    "",
                    "What this node does not replicate of its own entries; an empty list restricts nothing. Most of it the"
                            + " kernel drops before the node hears of it, uncounted. Entries with addresses of the cluster"
                            + " or of loopback are left out in each case, unless they are translated."),
            set("sync.filter.protocols", "[]", "Only these protocols, by name or number."),
            set(
                    "sync.filter.exclude-addresses",
                    "[127.0.0.0/8]",
                    "No entry with one of these addresses in either direction: what ends on the firewall itself dies with"
                            + " it. Some 500 IPv4 or 75 IPv6 prefixes find room in the kernel, further ones are applied by the"
                            + " node."),
            set(
                    "sync.filter.tcp-states",
                    "[]",
                    "Only TCP entries in one of these states, e.g. [SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK,"
                            + " TIME_WAIT]. An entry that leaves them is forgotten until it comes back to one."),
            set("sync.filter.zones", "[]", "Only these connection tracking zones."),
            set("sync.purge-after", "60s", "How long a node that steps down keeps the entries that it owned."),
            set("ha", "", "Roles, and who decides on them."),
            set(
                    "ha.initial-role",
                    "backup",
                    "backup waits for the HA manager; active takes over at the start unless a peer is active; with multi all"
                            + " forward at the same time, best with external-cache: false."),
            shown(
                    "ha.keepalived-fifo",
                    "/run/conntwin/keepalived.fifo",
                    "A FIFO that keepalived writes its notices to (vrrp_notify_fifo), read by the node itself."),
            set(
                    "ha.on-peer-loss",
                    "none",
                    "What a backup does when it hears the active node no more: none waits to be told, promote takes over with the"
                            + " votes of a majority of all nodes; two firewalls need a third node as a witness, which votes also with"
                            + " none. Without effect beside keepalived-fifo."),
            shown(
                    "ha.track-file",
                    "/run/conntwin/track",
                    "A file that keepalived tracks: 0 while the node may be trusted with the flows, -50 otherwise."),
            shown(
                    "ha.hold",
                    "",
                    "Packets that the ruleset queues on a backup wait for a takeover's commit; only with table: kernel. Left"
                            + " out: none wait."),
            shown("ha.hold.queue", "4711", "Number of the packet queue (NFQUEUE) in the ruleset."),
            shown("ha.hold.packets", "4096", "How many wait at most; more of them pass as without a hold."),
            shown(
                    "ha.hold.time",
                    "2s",
                    "How long they wait at most for a takeover to begin; then they pass as without a hold."),
            set("control", "", "Where commands reach the node."),
            set(
                    "control.socket",
                    "/run/conntwin/control.sock",
                    "The command line looks for it here unless it is given --socket. Root and the node's user may run all"
                            + " commands."),
            shown(
                    "control.group",
                    "adm",
                    "Members of this group may run the commands that only read: status, stats, dump, verify, expect list,"
                            + " config show. The node's user has to be a member, too. Left out: nobody else."),
            shown("http", "", "Metrics, health and dashboard; left out: off."),
            shown(
                    "http.address",
                    "127.0.0.1:9477",
                    "Where to listen. No password is asked for: keep it local, or filter it."));
}
