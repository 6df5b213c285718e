package org.conntwin.node.demo.userspace;

import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.Undo;
import org.conntwin.node.demo.stage.Workspace;

/** Starts the firewalls of one cluster. */
record Firewalls(SyncAddresses addresses, World world, Workspace workspace, Undo undo) {
    /** Makes the cluster's key and picks its addresses. */
    static Firewalls prepare(World world, Workspace workspace, Undo undo) throws DemoException {
        try {
            ClusterKey.generate(workspace.file("cluster.key"));
        } catch (KeyFileException e) {
            throw new DemoException("cannot make a cluster key: " + e.getMessage(), e);
        }
        return new Firewalls(SyncAddresses.pick(), world, workspace, undo);
    }

    /** Starts one; it is ready when {@link FirewallNode#awaitReady} returns. */
    FirewallNode start(String name, String role) throws DemoException {
        return FirewallNode.start(name, role, addresses, world, workspace, undo);
    }
}
