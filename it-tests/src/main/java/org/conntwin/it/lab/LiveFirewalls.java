package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Firewalls whose nodes track the packets themselves: client and server of a {@link RoutedNetwork}, IPv4 and IPv6, the
 * example rules of {@code deploy/iptables}, and nodes with {@code table: userspace} and a queue.
 */
public final class LiveFirewalls implements AutoCloseable {
    /** The client's address. */
    public static final String CLIENT6 = "fd99:1::2";
    /** The server's address. */
    public static final String SERVER6 = "fd99:2::2";

    private static final Duration READY_LIMIT = Duration.ofSeconds(20);

    private final ClusterLab cluster;
    private final RoutedNetwork routed;

    private LiveFirewalls(ClusterLab cluster) {
        this.cluster = cluster;
        this.routed = RoutedNetwork.around(cluster.lab(), cluster.network().firewalls());
        routed.client().ip("addr add " + CLIENT6 + "/64 dev eth0 nodad");
        routed.server().ip("addr add " + SERVER6 + "/64 dev eth0 nodad");
        routed.client().ip("-6 route add default via fd99:1::1");
        routed.server().ip("-6 route add default via fd99:2::1");
        cluster.network()
                .firewalls()
                .forEach(firewall -> firewall.namespace().sysctl("net.ipv6.conf.all.forwarding", 1));
    }

    /** So many firewalls without rules and nodes; nobody has the virtual addresses yet. */
    public static LiveFirewalls of(int firewalls) {
        ClusterLab cluster = ClusterLab.of(firewalls);
        try {
            return new LiveFirewalls(cluster);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Nodes, commands, files. */
    public ClusterLab cluster() {
        return cluster;
    }

    /** Client and server. */
    public RoutedNetwork routed() {
        return routed;
    }

    /** Loads the example rules of both families into a firewall, replacing what is there. */
    public void rules(int number, UnaryOperator<String> change) {
        Path example = cluster.product().launcher().resolveSibling("iptables").resolve("userspace.rules");
        String text;
        try {
            text = change.apply(Files.readString(example));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Namespace inside = cluster.firewall(number).namespace();
        inside.command("iptables-restore").withInput(text).runOrThrow();
        inside.command("ip6tables-restore").withInput(text).runOrThrow();
    }

    /** Gives a firewall both families' virtual addresses. */
    public void assignTo(int number) {
        Firewall firewall = cluster.firewall(number);
        routed.assignTo(firewall);
        firewall.namespace().ip("addr add fd99:1::1/64 dev lan0 nodad");
        firewall.namespace().ip("addr add fd99:2::1/64 dev wan0 nodad");
    }

    /** Moves the virtual addresses of IPv4 from one firewall to another. */
    public void move(int from, int to) {
        routed.takeFrom(cluster.firewall(from));
        routed.assignTo(cluster.firewall(to));
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param userspace what its section says, as YAML in one line
     */
    public LabProcess start(int number, String role, String userspace) {
        NodeSettings settings = cluster.settings(number).as(role);
        String yaml =
                settings.yaml().replace("table: kernel\n", "table: userspace\n") + "userspace: " + userspace + "\n";
        LabProcess node = cluster.launch(number, cluster.write(settings.node() + ".yaml", yaml));
        node.awaitFirstLine("READY " + settings.node(), READY_LIMIT);
        return node;
    }

    /** How many packets the first rule of FORWARD whose text contains {@code part} has met. */
    public long packets(int number, String part) {
        List<String> lines = cluster.firewall(number)
                .namespace()
                .exec("iptables", "-nvxL", "FORWARD")
                .lines();
        return lines.stream()
                .filter(line -> line.contains(part))
                .findFirst()
                .map(line -> Long.parseLong(line.strip().split("\\s+", 2)[0]))
                .orElseThrow(() -> new LabException("no rule with " + part + " in " + lines));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
