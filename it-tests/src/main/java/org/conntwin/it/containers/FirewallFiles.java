package org.conntwin.it.containers;

/**
 * What a firewall's container is configured with, whatever replicates its flows: the lab's policy and the shipped example
 * of keepalived. Immutable.
 *
 * @param examples the shipped ones
 * @param priority of keepalived; higher wins
 */
record FirewallFiles(Examples examples, int priority) {

    void write(LabContainer container, Site site, Replicator replicator) {
        container.write(
                "/lab/interfaces",
                "LAN=%s WAN=%s SYNC=%s%n".formatted(site.lan(), site.wan(), site.sync()),
                FileMode.PLAIN);
        container.write(
                "/lab/policy.nft",
                Examples.replaced(Resources.text("policy.nft"), "\"LAN\"", "\"" + site.lan() + "\""),
                FileMode.PLAIN);
        String keepalived = site.placed(examples.text("keepalived/keepalived.conf"));
        keepalived = Examples.replaced(keepalived, "router_id fw1", "router_id " + site.name());
        keepalived = Examples.replaced(keepalived, "priority 100", "priority " + priority);
        for (Link link : new Link[] {Link.LAN, Link.WAN}) {
            keepalived = Examples.replaced(keepalived, link.virtualAddress() + "/25", link.virtualAddress() + "/24");
        }
        container.write("/etc/keepalived/keepalived.conf", replicator.keepalived(keepalived), FileMode.PLAIN);
        replicator.configure(container, site);
    }
}
