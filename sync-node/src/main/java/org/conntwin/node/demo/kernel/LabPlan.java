package org.conntwin.node.demo.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The demo's network as text for {@code ip} and {@code nft}; nothing is run here.
 *
 * <pre>
 *  client ---- lan (bridge) ---- fw1 lan0 | wan0 ---- wan (bridge) ---- server
 *  10.77.1.2        |             .11  sync0  .11          |            10.77.2.2
 *                   +----------- fw2 lan0 | wan0 ----------+
 *                                 .12         .12
 *  virtual addresses, on the active firewall only: lan 10.77.1.1 fd77:1::1, wan 10.77.2.1 fd77:2::1
 * </pre>
 *
 * Each bridge lives in a namespace of its own, where a node's port can be cut. As keepalived does with {@code use_vmac},
 * the virtual addresses live on devices of their own (macvlan) with a MAC address that moves with them: the end hosts'
 * neighbour tables stay right, the bridge learns the new port from the gratuitous ARP that the kernel sends
 * ({@code arp_notify}) when the device goes up, and the firewall's own neighbour entries are left alone. (Changing the MAC
 * address of the plain interface instead loses a neighbour solicitation now and then, and with it a second.)
 *
 * @param prefix what the namespaces' names begin with
 * @param ipv6 whether the machine has IPv6
 */
record LabPlan(String prefix, boolean ipv6) {
    static final String CLIENT = "client";
    static final String SERVER = "server";
    static final String FW1 = "fw1";
    static final String FW2 = "fw2";
    static final String SERVER_IPV4 = "10.77.2.2";
    static final String SERVER_IPV6 = "fd77:2::2";

    private static final String LAN = "lan";
    private static final String WAN = "wan";
    private static final List<String> HOSTS = List.of(CLIENT, FW1, FW2, SERVER, LAN, WAN);

    /** All namespaces, by full name. */
    List<String> namespaces() {
        return HOSTS.stream().map(this::namespace).toList();
    }

    /** The full name of a host's namespace. */
    String namespace(String host) {
        return prefix + host;
    }

    /** The namespaces of the two bridges, {@code lan} and {@code wan}. */
    List<String> bridges() {
        return List.of(namespace(LAN), namespace(WAN));
    }

    /** {@code ip -batch} in the machine's own namespace: the namespaces and the cables between them. */
    String wiring() {
        List<String> lines = new ArrayList<>();
        HOSTS.forEach(host -> lines.add("netns add " + namespace(host)));
        lines.add(cable(CLIENT, "eth0", LAN, "p-client"));
        lines.add(cable(SERVER, "eth0", WAN, "p-server"));
        for (String firewall : List.of(FW1, FW2)) {
            lines.add(cable(firewall, "lan0", LAN, "p-" + firewall));
            lines.add(cable(firewall, "wan0", WAN, "p-" + firewall));
        }
        lines.add(cable(FW1, "sync0", FW2, "sync0"));
        return text(lines);
    }

    /** {@code ip -batch} in one bridge's namespace ({@code index} into {@link #bridges}). */
    String bridge(int index) {
        List<String> lines = new ArrayList<>();
        // Without snooping the bridge floods IPv6 neighbour solicitations; with it they wait for a querier that is not
        // there.
        lines.add("link add br0 type bridge mcast_snooping 0");
        lines.add("link set br0 up");
        for (String port : List.of(index == 0 ? "p-client" : "p-server", "p-" + FW1, "p-" + FW2)) {
            lines.add("link set " + port + " master br0");
            lines.add("link set " + port + " up");
        }
        return text(lines);
    }

    /** {@code ip -batch} in the client's or the server's namespace. */
    String endHost(String host) {
        int net = host.equals(CLIENT) ? 1 : 2;
        List<String> lines = new ArrayList<>();
        lines.add("link set lo up");
        lines.add("addr add 10.77." + net + ".2/24 dev eth0");
        lines.add("link set eth0 up");
        lines.add("route add default via 10.77." + net + ".1");
        if (ipv6) {
            lines.add("addr add fd77:" + net + "::2/64 dev eth0 nodad");
            lines.add("route add default via fd77:" + net + "::1");
        }
        return text(lines);
    }

    /** {@code ip -batch} in a firewall's namespace: its own addresses, no virtual ones. */
    String firewall(String host) {
        int own = host.equals(FW1) ? 11 : 12;
        List<String> lines = new ArrayList<>();
        lines.add("link set lo up");
        for (int net = 1; net <= 2; net++) {
            String device = device(net);
            lines.add("addr add 10.77." + net + "." + own + "/24 dev " + device);
            if (ipv6) {
                lines.add("addr add fd77:" + net + "::" + own + "/64 dev " + device + " nodad");
            }
            lines.add("link set " + device + " up");
            lines.add("link add link " + device + " name " + virtual(net) + " address 00:00:5e:00:01:4" + net
                    + " type macvlan mode private");
            // Both firewalls would make the same link-local address of the same MAC address.
            lines.add("link set " + virtual(net) + " addrgenmode none");
        }
        lines.add("addr add " + syncAddress(host) + "/24 dev sync0");
        lines.add("link set sync0 up");
        lines.add("route add 239.0.0.0/8 dev sync0");
        return text(lines);
    }

    /** The address of a firewall on the cable between the two, where the cluster's traffic goes. */
    static String syncAddress(String host) {
        return "10.77.9." + (host.equals(FW1) ? 11 : 12);
    }

    /** {@code ip -batch} in the namespace of the firewall that becomes the router of both sides. */
    String takeAddresses() {
        List<String> lines = new ArrayList<>();
        for (int net = 1; net <= 2; net++) {
            // Before the device goes up, because going up is what makes the kernel announce it.
            lines.add("addr add 10.77." + net + ".1/32 dev " + virtual(net));
            lines.add("link set " + virtual(net) + " up");
            if (ipv6) {
                lines.add("addr add fd77:" + net + "::1/128 dev " + virtual(net) + " nodad");
            }
        }
        return text(lines);
    }

    /** {@code ip -batch} in a bridge's namespace: the cable of a firewall is pulled. */
    String cut(String host) {
        return text(List.of("link set p-" + host + " down"));
    }

    /** {@code ip -batch} in a firewall's namespace: it loses every address on the two networks. */
    String dropAddresses() {
        return text(List.of(
                "link del " + virtual(1), "link del " + virtual(2), "addr flush dev lan0", "addr flush dev wan0"));
    }

    /**
     * The firewalls' ruleset: a flow without an entry cannot get through, so only a committed entry lets it survive. A TCP segment without an entry is
     * invalid ({@code tcp_loose=0}) and is no bare SYN either; a datagram from the server without an entry is new from outside.
     */
    static String ruleset() {
        return """
                table inet demo {
                  chain forward {
                    type filter hook forward priority 0; policy drop;
                    ct state invalid counter drop
                    ct state established,related counter accept
                    iifname { "lan0", "lan0v" } ct state new tcp flags & (fin|syn|rst|ack) == syn counter accept
                    iifname { "lan0", "lan0v" } ct state new meta l4proto != tcp counter accept
                    counter drop
                  }
                }
                """;
    }

    /** Shell lines that set a firewall's sysctls; after the ruleset, which is what loads the kernel's connection tracking. */
    String sysctls() {
        List<String> lines = new ArrayList<>();
        lines.add("set -e");
        lines.add("echo 1 > /proc/sys/net/ipv4/ip_forward");
        lines.add("echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose");
        // Packets come in by the virtual device and leave by the plain one.
        lines.add("for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done");
        for (int net = 1; net <= 2; net++) {
            lines.add("echo 1 > /proc/sys/net/ipv4/conf/" + virtual(net) + "/arp_notify");
            // Only the virtual device answers for the virtual address, or a neighbour would learn the wrong MAC
            // address.
            lines.add("echo 1 > /proc/sys/net/ipv4/conf/" + device(net) + "/arp_ignore");
        }
        if (ipv6) {
            lines.add("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        }
        return text(lines);
    }

    private static String device(int net) {
        return net == 1 ? "lan0" : "wan0";
    }

    private static String virtual(int net) {
        return device(net) + "v";
    }

    private String cable(String host, String device, String peer, String peerDevice) {
        return "link add " + device + " netns " + namespace(host) + " type veth peer name " + peerDevice + " netns "
                + namespace(peer);
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }
}
