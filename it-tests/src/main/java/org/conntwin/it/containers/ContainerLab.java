package org.conntwin.it.containers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.conntwin.it.lab.Product;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Network;

/**
 * client – lan – {fw1, fw2, …} – wan – server, and a sync network between the firewalls. Client and server route through the
 * virtual addresses. Everything goes with {@link #close}. Not thread-safe.
 */
public final class ContainerLab implements AutoCloseable {
    private static final int END_HOST = 2;
    private static final Duration SOON = Duration.ofSeconds(20);
    /** 200 kB, so that some dozen segments pass. */
    private static final String SERVER = """
            mkdir -p /srv/ftp /run/vsftpd/empty && head -c 200000 /dev/urandom >/srv/ftp/file.bin
            chmod -R a+rX /srv/ftp
            cat >/lab/vsftpd.conf <<-END
            listen=YES
            background=NO
            seccomp_sandbox=NO
            anonymous_enable=YES
            local_enable=NO
            anon_root=/srv/ftp
            secure_chroot_dir=/run/vsftpd/empty
            END
            setsid vsftpd /lab/vsftpd.conf >/run/vsftpd.log 2>&1 </dev/null &
            setsid /lab/traffic.py server >/run/traffic.log 2>&1 </dev/null &
            """;

    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private final Map<Link, Network> networks = new EnumMap<>(Link.class);
    private final List<FirewallContainer> firewalls = new ArrayList<>();
    private final Path deploy =
            Objects.requireNonNull(Product.ofThisBuild().launcher().getParent(), "the launcher lies in a folder");
    private final Replicator replicator;
    private @Nullable Traffic traffic;

    private ContainerLab(String replicator) {
        this.replicator = Replicator.named(replicator, deploy);
    }

    /**
     * Networks, end hosts, and two firewalls that run: the first with priority 100, the second with 90.
     *
     * @param replicator what replicates their flows: conntwin or conntrackd
     */
    public static ContainerLab start(String replicator) {
        ContainerLab lab = new ContainerLab(replicator);
        try {
            lab.build();
            return lab;
        } catch (RuntimeException failure) {
            lab.close();
            throw failure;
        }
    }

    private void build() {
        for (Link link : Link.values()) {
            Network network = Network.builder()
                    .createNetworkCmdModifier(
                            command -> command.withLabels(Map.of(ContainerEngine.LABEL, link.label())))
                    .build();
            made.push(network);
            networks.put(link, network);
        }
        LabContainer server = endHost("server", Link.WAN, Link.LAN);
        server.shell(SERVER);
        LabContainer client = endHost("client", Link.LAN, Link.WAN);
        client.shell(
                "setsid /lab/traffic.py client " + Link.WAN.address(END_HOST) + " >/run/traffic.log 2>&1 </dev/null &");
        traffic = new Traffic(client);
        join(100);
        await("fw1 has the addresses", () -> firewall(1).hasAddresses());
        join(90);
    }

    private LabContainer endHost(String name, Link at, Link beyond) {
        LabContainer host = LabContainer.start(replicator.image(), name, networks, List.of(at), "sleep", "infinity");
        made.push(host);
        host.address(at, END_HOST);
        host.exec("ip", "route", "add", beyond.network(), "via", at.virtualAddress());
        return host;
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what).atMost(SOON).pollInterval(Duration.ofMillis(100)).until(condition);
    }

    /**
     * Adds one more firewall, and starts it.
     *
     * @param priority of its keepalived; higher wins
     */
    public FirewallContainer join(int priority) {
        int number = firewalls.size() + 1;
        FirewallFiles files = new FirewallFiles(new Examples(deploy), priority);
        FirewallContainer firewall = FirewallContainer.start(number, files, replicator, networks);
        made.push(firewall);
        firewalls.add(firewall);
        firewall.up();
        return firewall;
    }

    /** What replicates their flows. */
    public Replicator replicator() {
        return replicator;
    }

    /** A firewall by its number, from 1 on. */
    public FirewallContainer firewall(int number) {
        return firewalls.get(number - 1);
    }

    /** All of them. */
    public List<FirewallContainer> firewalls() {
        return List.copyOf(firewalls);
    }

    /** What flows through them. */
    public Traffic traffic() {
        return Objects.requireNonNull(traffic, "the lab is built");
    }

    /** What all said, for a failed test. */
    public String logs() {
        return firewalls.stream().map(FirewallContainer::logs).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!made.isEmpty()) {
            try {
                made.pop().close();
            } catch (RuntimeException failure) {
                first = first == null ? failure : first;
            } catch (Exception failure) {
                first = first == null ? new IllegalStateException(failure) : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
