package org.conntwin.node.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.conntwin.node.config.NodeConfig.Cluster;
import org.conntwin.node.config.NodeConfig.Expectations;
import org.conntwin.node.config.NodeConfig.Filter;
import org.conntwin.node.config.NodeConfig.Hold;
import org.conntwin.node.config.NodeConfig.Sync;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Prints a configuration as YAML, defaults included, such that reading it gives the same configuration. */
public final class ConfigPrinter {
    private final StringBuilder out = new StringBuilder(1024);

    private ConfigPrinter() {}

    /**
     * The configuration as YAML.
     *
     * @param config what to print
     * @return lines, each with its line end; names the key file, never holds the key
     */
    public static String print(NodeConfig config) {
        ConfigPrinter printer = new ConfigPrinter();
        printer.node(config);
        return printer.out.toString();
    }

    /**
     * The configuration as the sections and values of its YAML.
     *
     * @param config what to tell
     * @return maps, lists, numbers, truth values and text; durations are text such as {@code 60s}
     */
    public static Map<?, ?> tree(NodeConfig config) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(print(config));
        if (tree instanceof Map<?, ?> sections) {
            return sections;
        }
        throw new IllegalStateException("what is printed has no sections");
    }

    /** A duration as a configuration writes it, in the largest unit that divides it. */
    public static String duration(Duration duration) {
        return Converters.durationText(duration);
    }

    private void node(NodeConfig config) {
        line(0, "node", quoted(config.node()));
        line(0, "table", Converters.word(config.table()));
        cluster(config.cluster());
        sync(config.sync());
        line(0, "ha", "");
        line(1, "initial-role", Converters.word(config.ha().initialRole()));
        optional(1, "keepalived-fifo", config.ha().keepalivedFifo());
        line(1, "on-peer-loss", Converters.word(config.ha().onPeerLoss()));
        optional(1, "track-file", config.ha().trackFile());
        hold(config.ha().hold());
        line(0, "control", "");
        line(1, "socket", quoted(config.control().socket().toString()));
        optional(1, "group", config.control().group());
        if (config.http() != null) {
            line(0, "http", "");
            line(1, "address", quoted(config.http().address().toString()));
        }
        if (config.userspace() != null) {
            userspace(config.userspace());
        }
    }

    private void hold(@Nullable Hold hold) {
        if (hold != null) {
            line(1, "hold", "");
            line(2, "queue", hold.queue());
            line(2, "packets", hold.packets());
            line(2, "time", Converters.durationText(hold.time()));
        }
    }

    private void cluster(Cluster cluster) {
        line(0, "cluster", "");
        line(1, "name", quoted(cluster.name()));
        optional(1, "bind-address", cluster.bindAddress());
        optional(1, "interface", cluster.bindInterface());
        line(1, "transport", Converters.word(cluster.transport()));
        optional(1, "multicast-address", cluster.multicastAddress());
        line(1, "port", cluster.port());
        if (!cluster.members().isEmpty()) {
            line(1, "members", list(cluster.members()));
        }
        if (cluster.keyFile() == null) {
            line(1, "insecure", true);
        } else {
            optional(1, "key-file", cluster.keyFile());
        }
    }

    private void sync(Sync sync) {
        line(0, "sync", "");
        line(1, "external-cache", sync.externalCache());
        line(1, "expectations", expectations(sync.expectations()));
        line(1, "tcp-window", Converters.word(sync.tcpWindow()));
        line(1, "filter", "");
        Filter filter = sync.filter();
        line(
                2,
                "protocols",
                list(filter.protocols().stream().sorted().map(Protocols::name).toList()));
        line(2, "exclude-addresses", list(filter.excludeAddresses()));
        line(2, "tcp-states", list(filter.tcpStates().stream().sorted().toList()));
        line(
                2,
                "zones",
                filter.zones().stream().sorted().map(String::valueOf).collect(Collectors.joining(", ", "[", "]")));
        line(1, "purge-after", Converters.durationText(sync.purgeAfter()));
    }

    private static String expectations(Expectations expectations) {
        if (expectations.all()) {
            return "all";
        }
        return expectations.helpers().isEmpty()
                ? "none"
                : list(expectations.helpers().stream().sorted().toList());
    }

    private void userspace(Userspace tracker) {
        line(0, "userspace", "");
        optional(1, "queue", tracker.queue());
        line(1, "mark-shift", tracker.markShift());
        line(1, "timeouts", Converters.word(tracker.timeouts()));
        new TreeMap<>(tracker.timeoutOverrides())
                .forEach((key, timeout) -> line(1, key, Converters.durationText(timeout)));
        line(1, "tcp-loose", tracker.tcp().loose());
        line(1, "tcp-be-liberal", tracker.tcp().beLiberal());
        line(1, "tcp-max-retrans", tracker.tcp().maxRetrans());
        line(1, "tcp-ignore-invalid-rst", tracker.tcp().ignoreInvalidRst());
        line(1, "checksum", tracker.checksum());
        line(1, "accounting", tracker.accounting());
        line(1, "timestamps", tracker.timestamps());
        line(1, "out-of-sync", Converters.word(tracker.outOfSync()));
        line(1, "max-entries", tracker.maxEntries());
        line(
                1,
                "helpers",
                tracker.helpers().stream().map(ConfigPrinter::helper).collect(Collectors.joining(", ", "[", "]")));
        items("nat", tracker.nat().stream().map(ConfigPrinter::nat).toList());
        items(
                "synproxy",
                tracker.synproxy().stream().map(ConfigPrinter::synproxy).toList());
        Userspace.Overload overload = tracker.overload();
        line(1, "overload", "");
        line(2, "early-drop", overload.earlyDrop());
        line(2, "adaptive-start", overload.adaptiveStart());
        line(2, "adaptive-end", overload.adaptiveEnd());
        line(2, "soft-timeout", Converters.durationText(overload.softTimeout()));
        line(2, "probe", overload.probe());
    }

    private static String helper(Userspace.Helper rule) {
        String text = rule.toString();
        return text.startsWith("{") ? text : quoted(text);
    }

    private static String nat(Userspace.Nat rule) {
        StringBuilder text = new StringBuilder("{kind: ").append(Converters.word(rule.kind()));
        pair(text, "source", rule.source());
        pair(text, "destination", rule.destination());
        pair(text, "protocol", rule.protocol() < 0 ? null : Protocols.name(rule.protocol()));
        if (rule.port() != 0) {
            text.append(", port: ").append(rule.port());
        }
        pair(text, "out", rule.out());
        InetAddress to = rule.to();
        if (to != null) {
            pair(text, "to", rule.toPort() == 0 ? Addresses.text(to) : new Endpoint(to, rule.toPort()));
        }
        pair(text, "ports", rule.ports());
        return text.append('}').toString();
    }

    private static String synproxy(Userspace.SynProxy rule) {
        return "{destination: " + quoted(rule.destination().toString()) + ", port: " + rule.port() + ", mss: "
                + rule.mss() + ", wscale: " + rule.wscale() + ", timestamp: " + rule.timestamp() + ", sack-perm: "
                + rule.sackPerm() + ", ecn: " + rule.ecn() + ", learn: " + rule.learn() + "}";
    }

    private static void pair(StringBuilder text, String key, @Nullable Object value) {
        if (value != null) {
            text.append(", ").append(key).append(": ").append(quoted(value.toString()));
        }
    }

    private void items(String key, List<String> items) {
        line(1, key, items.isEmpty() ? "[]" : "");
        items.forEach(item -> out.append("    - ").append(item).append('\n'));
    }

    private void optional(int depth, String key, @Nullable Object value) {
        if (value != null) {
            String text = value instanceof InetAddress address ? Addresses.text(address) : value.toString();
            line(depth, key, quoted(text));
        }
    }

    private void line(int depth, String key, Object value) {
        String text = value.toString();
        out.repeat(' ', 2 * depth)
                .append(key)
                .append(text.isEmpty() ? ":" : ": ")
                .append(text)
                .append('\n');
    }

    private static String list(Collection<?> values) {
        return values.stream().map(value -> quoted(value.toString())).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Quoted where a plain scalar could be read as something else than text. */
    private static String quoted(String text) {
        boolean plain = (text.matches("[A-Za-z/][A-Za-z0-9._/-]*") && !text.matches("true|false|null"))
                || text.matches("[0-9]+(\\.[0-9]+){3}(/[0-9]+)?");
        return plain ? text : "'" + text.replace("'", "''") + "'";
    }
}
