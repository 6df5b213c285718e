package org.conntwin.it.containers;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.conntwin.it.lab.Json;

/** A node of this build, configured like the shipped examples, with the shipped rules that hold packets. */
final class ConntwinReplicator implements Replicator {
    private final Examples examples;
    private String key = "";

    ConntwinReplicator(Examples examples) {
        this.examples = examples;
    }

    @Override
    public String name() {
        return "conntwin";
    }

    @Override
    public String image() {
        return ContainerEngine.IMAGE;
    }

    @Override
    public boolean isCompared() {
        return false;
    }

    @Override
    public Optional<String> onlyPairs() {
        return Optional.empty();
    }

    @Override
    public void configure(LabContainer container, Site site) {
        if (key.isEmpty()) {
            key = container.shell("umask 77; conntwin keygen /run/cluster.key >/dev/null; cat /run/cluster.key") + "\n";
        }
        container.write("/lab/replicator.sh", Resources.text("conntwin.sh"), FileMode.EXECUTABLE);
        container.write("/lab/hold.nft", site.placed(examples.text("nftables/hold.nft")), FileMode.PLAIN);
        container.write("/lab/hold.rules", site.placed(examples.text("iptables/hold.rules")), FileMode.PLAIN);
        container.write(
                "/etc/keepalived/conntwin-alive.sh",
                examples.text("keepalived/conntwin-alive.sh"),
                FileMode.EXECUTABLE);
        container.write("/etc/conntwin/cluster.key", key, FileMode.SECRET);
        container.write("/etc/conntwin/node.yaml", node(site), FileMode.PLAIN);
    }

    private static String node(Site site) {
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
                        site.name(),
                        Link.SYNC.address(site.host()),
                        Link.SYNC.network(),
                        Link.LAN.address(site.host()),
                        Link.WAN.address(site.host()));
    }

    @Override
    public String keepalived(String example) {
        return example;
    }

    private static Json asked(LabContainer container, String... words) {
        return Json.parse(container.shell("conntwin " + String.join(" ", words) + " --json"));
    }

    @Override
    public String role(LabContainer container) {
        return asked(container, "status").at("role").text();
    }

    /** What the node adds to keepalived's priority is 0, or less while it should not win. */
    @Override
    public Optional<Boolean> trusted(LabContainer container) {
        return Optional.of(container.read("/run/conntwin/track").equals("0"));
    }

    /** The node proves it by itself, for all peers. */
    @Override
    public boolean hasCopy(LabContainer backup, LabContainer active) {
        return backup.run("conntwin", "verify").exitCode() == 0;
    }

    @Override
    public OptionalLong comebacks(LabContainer container) {
        return OptionalLong.of(asked(container, "stats", "runtime")
                .at("runtime")
                .at("ha")
                .at("comebacks")
                .number());
    }

    @Override
    public String lastCommit(LabContainer container) {
        Json commit = asked(container, "status").at("lastCommit");
        return String.format(
                Locale.ROOT,
                "%d entries, %d expectations, %.1f ms",
                commit.at("entries").number(),
                commit.at("expectations").number(),
                1000 * commit.at("seconds").real());
    }

    @Override
    public String diagnosis() {
        return "tail -n 40 /run/lab/node.err; conntwin status 2>&1; conntwin stats runtime";
    }
}
