package org.conntwin.it.bench;

import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.NodeSettings;
import org.conntwin.it.lab.SyncNetwork;

/** conntwin with its default settings. */
final class ConntwinPair implements ReplicatingPair {
    private final ClusterLab cluster;

    ConntwinPair(ClusterLab cluster) {
        this(cluster, true);
    }

    /** @param externalCache false: what the backup receives goes straight into its kernel */
    ConntwinPair(ClusterLab cluster, boolean externalCache) {
        this.cluster = cluster;
        NodeSettings backup = cluster.settings(2);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2, externalCache ? backup : backup.withoutExternalCache());
    }

    @Override
    public String product() {
        return "conntwin";
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
        return cluster.control(2).entries("external");
    }

    @Override
    public double commit() {
        String summary = cluster.control(2).done("commit").lines().getFirst();
        System.out.println("  " + summary);
        return Double.parseDouble(summary.replaceFirst(".* in ([0-9.]+) s .*", "$1"));
    }
}
