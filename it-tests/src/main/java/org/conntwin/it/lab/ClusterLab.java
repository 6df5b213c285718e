package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Firewalls on a sync network with the nodes that run in them: what most tests start from. Not thread-safe.
 */
public final class ClusterLab implements AutoCloseable {
    /** A node must say READY within this time; the contract says 10 s, the rest is for a busy machine. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(15);

    /** What the larger tests put into one table, with room to spare; the limit is the machine's, not the namespace's. */
    private static final long ROOM = 250_000;

    private final Lab lab = Lab.open();
    private final Product product = Product.ofThisBuild();
    private final SyncNetwork network;
    private final Map<Integer, LabProcess> nodes = new HashMap<>();

    private ClusterLab(int firewalls) {
        try {
            lab.own(ConntrackLimit.atLeast(ROOM));
            network = SyncNetwork.build(lab, firewalls);
            Command.of(product.command(List.of(
                            "keygen", lab.directory().resolve("cluster.key").toString())))
                    .runOrThrow();
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /** Firewalls numbered from 1, no node running yet, and a cluster key. */
    public static ClusterLab of(int firewalls) {
        return new ClusterLab(firewalls);
    }

    /** What owns the outside things. */
    public Lab lab() {
        return lab;
    }

    /** The product under test. */
    public Product product() {
        return product;
    }

    /** The sync network. */
    public SyncNetwork network() {
        return network;
    }

    /** The firewall with this number. */
    public Firewall firewall(int number) {
        return network.firewall(number);
    }

    /** The kernel table of this firewall. */
    public KernelView kernel(int number) {
        return firewall(number).kernel();
    }

    /** The usual settings of a firewall's node. */
    public NodeSettings settings(int number) {
        return NodeSettings.multicast(firewall(number), lab.directory());
    }

    /** Starts a node with the usual settings and waits until it is ready. @return seconds until then */
    public double start(int number) {
        return start(number, settings(number));
    }

    /** The same with more words of environment, such as {@code CONNTWIN_HEAP=64m}. @return seconds until then */
    public double start(int number, NodeSettings settings, List<String> environment) {
        Path config = write(settings);
        List<String> words = new ArrayList<>(List.of("env"));
        words.addAll(environment);
        words.addAll(product.command(List.of("node", "--config", config.toString())));
        LabProcess process = LabProcess.start(
                lab, config.getFileName().toString(), firewall(number).namespace(), words);
        nodes.put(number, process);
        return process.awaitFirstLine("READY " + settings.node(), READY_LIMIT);
    }

    /** Starts a node with these settings and waits until it is ready. @return seconds until then */
    public double start(int number, NodeSettings settings) {
        return start(number, settings.node(), write(settings));
    }

    /** Starts the node of this name from a configuration file and waits until it is ready. @return seconds */
    public double start(int number, String name, Path config) {
        LabProcess process = launch(number, config);
        nodes.put(number, process);
        return process.awaitFirstLine("READY " + name, READY_LIMIT);
    }

    /** Starts a node of another version of the product and waits until it is ready. @return seconds until then */
    public double start(int number, NodeSettings settings, Product other) {
        Path config = write(settings);
        LabProcess process = launch(number, config, other);
        nodes.put(number, process);
        return process.awaitFirstLine("READY " + settings.node(), READY_LIMIT);
    }

    /** Starts a node in a firewall and waits for nothing; {@link #node} does not know it. */
    public LabProcess launch(int number, NodeSettings settings) {
        return launch(number, write(settings));
    }

    /** The same from a configuration file. */
    public LabProcess launch(int number, Path config) {
        return launch(number, config, product);
    }

    private LabProcess launch(int number, Path config, Product version) {
        return LabProcess.start(
                lab,
                config.getFileName().toString(),
                firewall(number).namespace(),
                version.command(List.of("node", "--config", config.toString())));
    }

    /** Writes the settings as a file. */
    public Path write(NodeSettings settings) {
        return write(settings.node() + ".yaml", settings.yaml());
    }

    /** Writes a file into the lab's directory. */
    public Path write(String name, String text) {
        try {
            return Files.writeString(lab.directory().resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process of the node that was started last in this firewall. */
    public LabProcess node(int number) {
        LabProcess node = nodes.get(number);
        if (node == null) {
            throw new LabException("no node was started in firewall " + number);
        }
        return node;
    }

    /** Commands to the node in this firewall. */
    public Control control(int number) {
        return new Control(product, settings(number).socket());
    }

    @Override
    public void close() {
        lab.close();
    }
}
