package org.conntwin.it.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Two firewalls as the README has them, with a client and a server that route through their virtual addresses, and a shell
 * on each firewall. Nothing runs there yet, and nobody has the virtual addresses.
 *
 * <pre>
 *  client ── lan (bridge) ── lan0 fwN wan0 ── wan (bridge) ── server
 *  192.0.2.10            .2, .3    .130, .131            192.0.2.140
 *                             sync0 10.9.9.N
 * </pre>
 */
public final class FirewallPair {
    /** The client's address. */
    public static final String CLIENT = "192.0.2.10";
    /** The server's address. */
    public static final String SERVER = "192.0.2.140";
    /** The virtual address towards the client. */
    public static final String LAN_ADDRESS = "192.0.2.1";
    /** The virtual address towards the server. */
    public static final String WAN_ADDRESS = "192.0.2.129";

    private final Namespace client;
    private final Namespace server;
    private final List<Namespace> firewalls;
    private final List<RootShell> shells;

    /**
     * Builds it; it goes with the lab.
     *
     * @param checkout where the shells' commands run
     */
    public FirewallPair(Lab lab, Path checkout) {
        Namespace lan = Bridges.namespace(lab, "lan");
        Namespace wan = Bridges.namespace(lab, "wan");
        Namespace sync = Bridges.namespace(lab, "sync");
        client = host(lab, "client", lan, CLIENT, LAN_ADDRESS);
        server = host(lab, "server", wan, SERVER, WAN_ADDRESS);
        firewalls = IntStream.of(1, 2)
                .mapToObj(number -> firewall(lab, number, lan, wan, sync))
                .toList();
        shells = IntStream.of(1, 2)
                .mapToObj(number ->
                        RootShell.start(lab, firewalls.get(number - 1), "fw" + number, "10.9.9." + number, checkout))
                .toList();
    }

    private static Namespace host(Lab lab, String name, Namespace bridge, String address, String gateway) {
        Namespace host = lab.namespace(name);
        Bridges.attach(host, "eth0", bridge, "p-" + name);
        host.ip("addr add " + address + "/25 dev eth0");
        host.ip("route add default via " + gateway);
        return host;
    }

    private static Namespace firewall(Lab lab, int number, Namespace lan, Namespace wan, Namespace sync) {
        Namespace inside = lab.namespace("fw" + number);
        String port = "p-fw" + number;
        Bridges.attach(inside, "lan0", lan, port);
        Bridges.attach(inside, "wan0", wan, port);
        Bridges.attach(inside, "sync0", sync, port);
        inside.ip("addr add 192.0.2." + (1 + number) + "/25 dev lan0");
        inside.ip("addr add 192.0.2." + (129 + number) + "/25 dev wan0");
        inside.ip("addr add 10.9.9." + number + "/24 dev sync0");
        return inside;
    }

    /** Where clients run. */
    public Namespace client() {
        return client;
    }

    /** Where servers run. */
    public Namespace server() {
        return server;
    }

    /** Root's shell on the firewall with this number, 1 or 2. */
    public RootShell shell(int number) {
        return shells.get(number - 1);
    }

    /** Whether the firewall with this number has both virtual addresses. */
    public boolean hasAddresses(int number) {
        String addresses =
                firewalls.get(number - 1).exec("ip", "-4", "-o", "address").stdout();
        return addresses.contains(" " + LAN_ADDRESS + "/") && addresses.contains(" " + WAN_ADDRESS + "/");
    }
}
