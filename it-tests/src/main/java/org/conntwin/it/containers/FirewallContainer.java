package org.conntwin.it.containers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.testcontainers.containers.Network;

/**
 * A firewall: keepalived with the shipped example, a policy, and what replicates its flows, all in one container. Not
 * thread-safe.
 */
public final class FirewallContainer implements AutoCloseable {
    private final int number;
    private final FirewallFiles files;
    private final Replicator replicator;
    private final LabContainer container;

    private FirewallContainer(int number, FirewallFiles files, Replicator replicator, LabContainer container) {
        this.number = number;
        this.files = files;
        this.replicator = replicator;
        this.container = container;
    }

    /** Starts the container; nothing runs in it before {@link #up}. */
    static FirewallContainer start(
            int number, FirewallFiles files, Replicator replicator, Map<Link, Network> networks) {
        return new FirewallContainer(
                number,
                files,
                replicator,
                LabContainer.start(
                        replicator.image(),
                        "fw" + number,
                        networks,
                        List.of(Link.LAN, Link.WAN, Link.SYNC),
                        "/lab/firewall.sh",
                        "run"));
    }

    /** The container. */
    public LabContainer container() {
        return container;
    }

    /** Its name in the cluster. */
    public String name() {
        return "fw" + number;
    }

    /** Addresses, configuration, what replicates the flows, keepalived. Returns when the former is ready. */
    public void up() {
        int host = Site.host(number);
        Site site = new Site(
                number,
                container.address(Link.LAN, host),
                container.address(Link.WAN, host),
                container.address(Link.SYNC, host));
        files.write(container, site, replicator);
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

    /** What it knows of its role: active, backup, or anything else. */
    public String role() {
        return replicator.role(container);
    }

    /** Whether it thinks that its copy is complete and its peers are heard; empty when it cannot tell. */
    public Optional<Boolean> trusted() {
        return replicator.trusted(container);
    }

    /** Whether it has a copy of all that another has. */
    public boolean hasCopyOf(FirewallContainer active) {
        return replicator.hasCopy(container, active.container);
    }

    /** How often it was told that it had kept its addresses against another; empty when nobody tells it. */
    public OptionalLong comebacks() {
        return replicator.comebacks(container);
    }

    /** Its last commit, in words. */
    public String lastCommit() {
        return replicator.lastCommit(container);
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

    /** Hears its peers no more, neither keepalived nor what replicates, while everything else goes on. */
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

    /** What all in it said, for a failed test. */
    public String logs() {
        return "== " + name() + "\n"
                + (container.isRunning() && !container.isPaused()
                        ? container.shell("tail -n 40 /run/lab/keepalived.log; ip -4 -br address; nft list counters; "
                                + replicator.diagnosis() + "; true")
                        : "does not run");
    }

    @Override
    public void close() {
        container.close();
    }
}
