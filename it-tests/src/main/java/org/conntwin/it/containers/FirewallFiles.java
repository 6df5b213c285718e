package org.conntwin.it.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.conntwin.it.lab.LabException;

/**
 * What a firewall's container is configured with: the shipped examples, with the lab's names and addresses. Immutable.
 *
 * @param deploy the folder of the examples
 * @param key the cluster's key file, as text
 * @param priority of keepalived; higher wins
 */
record FirewallFiles(Path deploy, String key, int priority) {
    private static final int PLAIN = 0644;
    private static final int SECRET = 0600;
    private static final int EXECUTABLE = 0755;

    /**
     * Writes all files.
     *
     * @param host the last part of its addresses
     */
    void write(LabContainer container, String name, int host, String lan, String wan, String sync) {
        container.write("/lab/interfaces", "LAN=%s WAN=%s SYNC=%s%n".formatted(lan, wan, sync), PLAIN);
        container.write("/lab/policy.nft", replaced(Resources.text("policy.nft"), "\"LAN\"", "\"" + lan + "\""), PLAIN);
        container.write("/lab/hold.nft", placed(example("nftables/hold.nft"), lan, wan), PLAIN);
        container.write("/lab/hold.rules", placed(example("iptables/hold.rules"), lan, wan), PLAIN);
        String keepalived = placed(example("keepalived/keepalived.conf"), lan, wan);
        keepalived = replaced(keepalived, "router_id fw1", "router_id " + name);
        keepalived = replaced(keepalived, "priority 100", "priority " + priority);
        keepalived = replaced(keepalived, Link.LAN.virtualAddress() + "/25", Link.LAN.virtualAddress() + "/24");
        keepalived = replaced(keepalived, Link.WAN.virtualAddress() + "/25", Link.WAN.virtualAddress() + "/24");
        container.write("/etc/keepalived/keepalived.conf", keepalived, PLAIN);
        container.write("/etc/keepalived/conntwin-alive.sh", example("keepalived/conntwin-alive.sh"), EXECUTABLE);
        container.write("/etc/conntwin/cluster.key", key, SECRET);
        container.write("/etc/conntwin/node.yaml", node(name, host), PLAIN);
    }

    private static String node(String name, int host) {
        return """
                node: %s
                table: kernel
                cluster:
                  name: lab
                  bind-address: %s
                  multicast-address: 239.192.77.1
                  port: 7600
                  key-file: /etc/conntwin/cluster.key
                sync:
                  filter:
                    exclude-addresses: [127.0.0.0/8, %s, %s, %s]
                ha:
                  keepalived-fifo: /run/conntwin/keepalived.fifo
                  track-file: /run/conntwin/track
                  hold: {queue: 4711}
                """.formatted(
                name, Link.SYNC.address(host), Link.SYNC.network(), Link.LAN.address(host), Link.WAN.address(host));
    }

    private static String placed(String example, String lan, String wan) {
        String text = replaced(example, "lan0", lan);
        text = replaced(text, "wan0", wan);
        text = replaced(text, "192.0.2.129", Link.WAN.virtualAddress());
        return replaced(text, "192.0.2.1", Link.LAN.virtualAddress());
    }

    private String example(String name) {
        try {
            return Files.readString(deploy.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String replaced(String text, String example, String own) {
        if (!text.contains(example)) {
            throw new LabException("an example does not say " + example);
        }
        return text.replace(example, own);
    }
}
