package org.conntwin.it.bench;

import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.SyncNetwork;

/** conntwin with its default settings. */
final class ConntwinPair implements ReplicatingPair {
    private final ClusterLab cluster;

    ConntwinPair(ClusterLab cluster) {
        this.cluster = cluster;
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
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
