package org.conntwin.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Keepalived;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.SyncNetwork;

/** conntwin with its default settings, told of takeovers through the FIFO that keepalived writes to. */
final class ConntwinPair implements ReplicatingPair {
    /** From the start of a node until its rehearsal is over. */
    private static final Duration REHEARSED = Duration.ofSeconds(25);

    private final ClusterLab cluster;

    private final Twins twins;

    ConntwinPair(ClusterLab cluster, Twins twins) {
        this.cluster = cluster;
        this.twins = twins;
        NodeSettings backup = cluster.settings(2);
        start(1, cluster.settings(1).as("active"));
        start(2, twins == Twins.IN_CACHE ? backup : backup.withoutExternalCache());
        FailoverRun.rest(REHEARSED);
    }

    private void start(int number, NodeSettings settings) {
        String fifo = "ha:\n  keepalived-fifo: " + fifo(number) + "\n";
        Path file = cluster.write(settings.node() + ".yaml", settings.yaml().replace("ha:\n", fifo));
        cluster.start(number, settings.node(), file);
    }

    private Path fifo(int number) {
        return Keepalived.fifo(cluster.lab(), cluster.firewall(number));
    }

    @Override
    public String product() {
        return "conntwin";
    }

    @Override
    public Lab lab() {
        return cluster.lab();
    }

    @Override
    public SyncNetwork network() {
        return cluster.network();
    }

    @Override
    public LabProcess process(int node) {
        return cluster.node(node);
    }

    @Override
    public long entriesOnBackup() {
        return twins == Twins.IN_CACHE
                ? cluster.control(2).entries("external")
                : network().firewall(2).kernel().count();
    }

    @Override
    public double commit() {
        String summary = cluster.control(2).done("commit").lines().getFirst();
        System.out.println("  " + summary);
        return Double.parseDouble(summary.replaceFirst(".* in ([0-9.]+) s .*", "$1"));
    }

    @Override
    public void tellMaster() {
        tell(2, "MASTER");
    }

    @Override
    public void tellBackup() {
        tell(1, "BACKUP");
    }

    private void tell(int node, String state) {
        String lines = "INSTANCE \"lan\" %s 100\nGROUP \"firewall\" %s 0\n".formatted(state, state);
        try {
            Files.writeString(fifo(node), lines, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> statusCommand() {
        return cluster.product()
                .command(List.of(
                        "status", "--socket", cluster.settings(1).socket().toString()));
    }
}
