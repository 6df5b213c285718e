package org.conntwin.it.lab;

import java.util.List;

/**
 * A client and a server with the firewalls between them. Both end hosts route through the virtual addresses, which one
 * firewall holds at a time.
 *
 * <pre>
 *  client ── lan (bridge) ── lan0 fwN wan0 ── wan (bridge) ── server
 *  10.99.1.2               .254 (virtual) .254              10.99.2.2
 * </pre>
 */
public final class RoutedNetwork {
    /** The client's address. */
    public static final String CLIENT = "10.99.1.2";
    /** The server's address. */
    public static final String SERVER = "10.99.2.2";
    /** The virtual address towards the client; longer in digits than theirs, so that rewriting it moves sequence numbers. */
    public static final String LAN_ADDRESS = "10.99.1.254";
    /** The virtual address towards the server; longer too. */
    public static final String WAN_ADDRESS = "10.99.2.254";

    private final Namespace client;
    private final Namespace server;

    private RoutedNetwork(Namespace client, Namespace server) {
        this.client = client;
        this.server = server;
    }

    /** Builds it around firewalls that exist; none of them holds the virtual addresses yet. */
    public static RoutedNetwork around(Lab lab, List<Firewall> firewalls) {
        Namespace lan = Bridges.namespace(lab, "lan");
        Namespace wan = Bridges.namespace(lab, "wan");
        Namespace client = endHost(lab, "client", lan, CLIENT, LAN_ADDRESS);
        Namespace server = endHost(lab, "server", wan, SERVER, WAN_ADDRESS);
        for (Firewall firewall : firewalls) {
            Namespace inside = firewall.namespace();
            Bridges.attach(inside, "lan0", lan, "p-fw" + firewall.number());
            Bridges.attach(inside, "wan0", wan, "p-fw" + firewall.number());
            inside.ip("addr add 10.99.1.1" + firewall.number() + "/24 dev lan0");
            inside.ip("addr add 10.99.2.1" + firewall.number() + "/24 dev wan0");
            inside.sysctl("net.ipv4.ip_forward", 1);
            // A mid-stream segment without an entry must be invalid, or a lost replication would go unseen.
            inside.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0);
        }
        return new RoutedNetwork(client, server);
    }

    private static Namespace endHost(Lab lab, String name, Namespace bridge, String address, String gateway) {
        Namespace host = lab.namespace(name);
        Bridges.attach(host, "eth0", bridge, "p-" + name);
        host.ip("addr add " + address + "/24 dev eth0");
        host.ip("route add default via " + gateway);
        return host;
    }

    /** Where clients run. */
    public Namespace client() {
        return client;
    }

    /** Where servers run. */
    public Namespace server() {
        return server;
    }

    /** Gives the virtual addresses to a firewall and makes the end hosts ask anew who has them. */
    public void assignTo(Firewall firewall) {
        firewall.namespace().ip("addr add " + LAN_ADDRESS + "/24 dev lan0");
        firewall.namespace().ip("addr add " + WAN_ADDRESS + "/24 dev wan0");
        client.ip("neigh flush dev eth0");
        server.ip("neigh flush dev eth0");
    }

    /** Takes the virtual addresses from a firewall. */
    public void takeFrom(Firewall firewall) {
        firewall.namespace().ip("addr del " + LAN_ADDRESS + "/24 dev lan0");
        firewall.namespace().ip("addr del " + WAN_ADDRESS + "/24 dev wan0");
    }
}
