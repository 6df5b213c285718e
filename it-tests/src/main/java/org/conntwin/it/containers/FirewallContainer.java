package org.conntwin.it.containers;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.conntwin.it.lab.Json;
import org.testcontainers.containers.Network;

/**
 * A firewall: keepalived with the shipped example, the shipped rules that hold packets, a policy, and a node, all in one
 * container. Not thread-safe.
 */
public final class FirewallContainer implements AutoCloseable {
    private final int number;
    private final FirewallFiles files;
    private final LabContainer container;

    private FirewallContainer(int number, FirewallFiles files, LabContainer container) {
        this.number = number;
        this.files = files;
        this.container = container;
    }

    /** Starts the container; nothing runs in it before {@link #up}. */
    static FirewallContainer start(int number, FirewallFiles files, Map<Link, Network> networks) {
        return new FirewallContainer(
                number,
                files,
                LabContainer.start(
                        "fw" + number, networks, List.of(Link.LAN, Link.WAN, Link.SYNC), "/lab/firewall.sh", "run"));
    }

    /** The container. */
    public LabContainer container() {
        return container;
    }

    /** Its name in the cluster. */
    public String name() {
        return "fw" + number;
    }

    /** Its addresses' last part, in all networks. */
    private int host() {
        return 10 + number;
    }

    /** Addresses, configuration, node, keepalived. Returns when the node is ready. */
    public void up() {
        String lan = container.address(Link.LAN, host());
        String wan = container.address(Link.WAN, host());
        String sync = container.address(Link.SYNC, host());
        files.write(container, name(), host(), lan, wan, sync);
        container.exec("/lab/firewall.sh", "up");
    }

    /**
     * The sync network's interface, while all else goes on.
     *
     * @param state up or down
     */
    public void syncLink(String state) {
        container.exec("ip", "link", "set", container.device(Link.SYNC), state);
    }

    /** Pulls in all networks that it lacks and starts it anew, from nothing. */
    public void again() {
        if (container.isPaused()) {
            container.unpause();
        }
        if (container.isRunning()) {
            container.kill();
        }
        List<Link> links = container.links();
        for (Link link : Link.values()) {
            if (!links.contains(link)) {
                container.connect(link);
            }
        }
        container.startAgain();
        up();
    }

    /** A node's command. @return what it printed */
    public String conntwin(String... words) {
        return container.shell("conntwin " + String.join(" ", words));
    }

    /** The node's role. */
    public String role() {
        return status().at("role").text();
    }

    /** The node's status. */
    public Json status() {
        return Json.parse(conntwin("status", "--json"));
    }

    /** A counter of what concerns the HA manager. */
    public long ha(String counter) {
        return Json.parse(conntwin("stats", "runtime", "--json"))
                .at("runtime")
                .at("ha")
                .at(counter)
                .number();
    }

    /** Whether the node has proven that it agrees with all peers. */
    public boolean parity() {
        return container.run("conntwin", "verify").exitCode() == 0;
    }

    /** What the node adds to keepalived's priority: 0 or less. */
    public String track() {
        return container.read("/run/conntwin/track");
    }

    /** Whether it has both virtual addresses. */
    public boolean hasAddresses() {
        String addresses = container.exec("ip", "-4", "-o", "address");
        return addresses.contains(Link.LAN.virtualAddress() + "/")
                && addresses.contains(Link.WAN.virtualAddress() + "/");
    }

    /** Packets of a counter of the policy: invalid, refused, related. */
    public long counted(String name) {
        return Long.parseLong(container
                .exec("nft", "list", "counter", "inet", "fw", name)
                .replaceAll("(?s).*packets (\\d+).*", "$1"));
    }

    /** Entries of FTP control connections in the kernel's table, as lines. */
    public List<String> ftpEntries() {
        return container
                .shell("conntrack -L -p tcp --dport 21 -o extended 2>/dev/null || true")
                .lines()
                .filter(line -> line.contains("ESTABLISHED"))
                .toList();
    }

    /** Milliseconds from the virtual address's coming to the first probe that went out after it; empty when none did. */
    public OptionalDouble takeoverMillis() {
        String[] times = container
                .exec("/lab/firewall.sh", "moved", Link.WAN.virtualAddress())
                .split(" ", 2);
        return times.length < 2 || times[1].isBlank()
                ? OptionalDouble.empty()
                : OptionalDouble.of(1000 * (Double.parseDouble(times[1]) - Double.parseDouble(times[0])));
    }

    /** Ends keepalived in order, which gives the addresses up. */
    public void stopKeepalived() {
        container.shell("kill $(cat /run/keepalived.pid)");
    }

    /** Starts keepalived after that. */
    public void startKeepalived() {
        container.exec("/lab/firewall.sh", "keepalived");
    }

    /** Hears its peers no more, neither keepalived nor node, while everything else goes on. */
    public void splitFromPeers() {
        container.write("/lab/split.nft", """
                table inet split {
                  chain in { type filter hook prerouting priority -400; ip protocol 112 drop; iifname "%1$s" drop; }
                  chain out { type filter hook output priority -400; ip protocol 112 drop; oifname "%1$s" drop; }
                }
                """.formatted(container.device(Link.SYNC)), 0644);
        container.exec("nft", "-f", "/lab/split.nft");
    }

    /** Undoes {@link #splitFromPeers}. */
    public void heal() {
        container.exec("nft", "delete", "table", "inet", "split");
    }

    /** What node and keepalived said, for a failed test. */
    public String logs() {
        return "== " + name() + "\n"
                + (container.isRunning() && !container.isPaused()
                        ? container.shell("tail -n 40 /run/lab/node.err /run/lab/keepalived.log; ip -4 -br address;"
                                + " conntwin status 2>&1; nft list counters; conntwin stats runtime; true")
                        : "does not run");
    }

    @Override
    public void close() {
        container.close();
    }
}
