package org.conntwin.node.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.conntwin.node.config.NodeConfig.Cluster;
import org.conntwin.node.config.NodeConfig.Control;
import org.conntwin.node.config.NodeConfig.Expectations;
import org.conntwin.node.config.NodeConfig.Filter;
import org.conntwin.node.config.NodeConfig.Ha;
import org.conntwin.node.config.NodeConfig.Hold;
import org.conntwin.node.config.NodeConfig.Http;
import org.conntwin.node.config.NodeConfig.InitialRole;
import org.conntwin.node.config.NodeConfig.OnPeerLoss;
import org.conntwin.node.config.NodeConfig.Sync;
import org.conntwin.node.config.NodeConfig.TcpState;
import org.conntwin.node.config.NodeConfig.TcpWindow;
import org.conntwin.node.config.NodeConfig.Transport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a node's configuration file. Pure but for reading the file; finds every mistake in one go. */
public final class ConfigReader {
    /** Larger files are refused. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int DEFAULT_PORT = 7600;
    private static final InetAddress DEFAULT_GROUP =
            Objects.requireNonNull(Addresses.parse("239.192.77.1"), "a literal");

    private static final String WHICH_EXPECTATIONS = "all, none or a list of helpers such as [ftp, sip]";
    private static final Converter<Boolean> ALL_OR_NONE = new Converter<>(
            WHICH_EXPECTATIONS,
            node -> switch (node.getValue()) {
                case "all" -> true;
                case "none" -> false;
                default -> throw Converters.expected(WHICH_EXPECTATIONS, node);
            },
            all -> all ? "all" : "none");

    private ConfigReader() {}

    /**
     * Reads a file.
     *
     * @param file the file, at most {@link #MAX_BYTES} of UTF-8
     * @return the configuration, or every mistake; a file that cannot be read is one of them
     */
    public static ConfigResult read(Path file) {
        ErrorList errors = new ErrorList(file.toString());
        Node root = tree(file, errors);
        return root == null ? new ConfigResult.Invalid(errors.sorted()) : result(node(root, errors), errors);
    }

    /** The file as a tree, or null after an error was added. */
    static @Nullable Node tree(Path file, ErrorList errors) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return YamlTree.compose(text, errors);
            }
            errors.add(Optional.empty(), "larger than " + MAX_BYTES + " bytes; this is not a configuration file");
        } catch (NoSuchFileException e) {
            errors.add(Optional.empty(), "no such file; give the path of a configuration file");
        } catch (CharacterCodingException e) {
            errors.add(Optional.empty(), "not UTF-8 text; save the file as UTF-8");
        } catch (IOException e) {
            errors.add(
                    Optional.empty(),
                    Files.isDirectory(file)
                            ? "a folder; give the path of a configuration file"
                            : "cannot be read; check its rights, or run as root");
        }
        return null;
    }

    /**
     * Reads a text.
     *
     * @param text YAML
     * @param sourceName what errors name as the file
     * @return the configuration, or every mistake
     */
    public static ConfigResult parse(String text, String sourceName) {
        ErrorList errors = new ErrorList(sourceName);
        Node root = YamlTree.compose(text, errors);
        return root == null ? new ConfigResult.Invalid(errors.sorted()) : result(node(root, errors), errors);
    }

    private static ConfigResult result(NodeConfig config, ErrorList errors) {
        return errors.isEmpty() ? new ConfigResult.Valid(config) : new ConfigResult.Invalid(errors.sorted());
    }

    /** A whole configuration; of use only when no error was added. */
    static NodeConfig node(Node root, ErrorList errors) {
        Section top = Section.root(errors, root);
        NodeConfig config = node(top);
        top.finish();
        return config;
    }

    static NodeConfig node(Section top) {
        String name = top.required("node", Converters.NAME_TEXT, "?");
        TableKind table = top.value("table", Converters.word(TableKind.class), TableKind.KERNEL);
        if (!top.has("cluster") && !top.misread()) {
            top.error(
                    top.at("cluster"),
                    "missing section 'cluster'; it needs name, bind-address or interface, and key-file");
        }
        boolean cluster = top.has("cluster");
        Ha ha = top.section("ha", ConfigReader::ha);
        if (ha.hold() != null && table == TableKind.USERSPACE) {
            top.error(top.at("ha"), "ha.hold: only with table: kernel; leave it out with table: userspace");
        }
        return new NodeConfig(
                name,
                table,
                top.section("cluster", section -> cluster(section, cluster)),
                top.section("sync", ConfigReader::sync),
                ha,
                top.section(
                        "control",
                        section -> new Control(
                                section.value("socket", Converters.SOCKET_PATH, Control.DEFAULT_SOCKET),
                                section.value("group", Converters.NAME_TEXT))),
                top.has("http") ? top.section("http", ConfigReader::http) : null,
                top.has("userspace") ? top.section("userspace", UserspaceReader::read) : null);
    }

    private static Cluster cluster(Section section, boolean there) {
        boolean present = there && !section.misread();
        String name = present ? section.required("name", Converters.NAME_TEXT, "?") : "?";
        InetAddress address = section.value("bind-address", Converters.ADDRESS);
        String bindInterface = section.value("interface", Converters.INTERFACE_NAME);
        if (present) {
            exactlyOne(section, "bind-address", "interface", "say where the cluster is reached");
        }
        if (address != null && (address.isAnyLocalAddress() || address.isMulticastAddress())) {
            section.error("bind-address", "give one local address of this machine, not " + Addresses.text(address));
        }
        Transport transport = section.value("transport", Converters.word(Transport.class), Transport.MULTICAST);
        InetAddress group = section.value("multicast-address", Converters.ADDRESS, DEFAULT_GROUP);
        if (!group.isMulticastAddress()) {
            section.error("multicast-address", Addresses.text(group) + " is not a multicast address; use 239.x.x.x");
        } else if (transport == Transport.MULTICAST
                && address != null
                && address.getAddress().length != group.getAddress().length) {
            section.error(
                    "multicast-address",
                    Addresses.text(group) + " and bind-address " + Addresses.text(address)
                            + " are of different families; use the same");
        }
        int port = section.value("port", Converters.integer(1, 65535), DEFAULT_PORT);
        List<Endpoint> members = section.list("members", Converters.endpoint(port));
        if (transport == Transport.TCP && section.lacks("members")) {
            section.error(
                    section.at("members"),
                    "missing key 'cluster.members'; transport tcp needs the list of all nodes' addresses");
        }
        return new Cluster(name, address, bindInterface, transport, group, port, members, key(section, present));
    }

    private static @Nullable Path key(Section section, boolean present) {
        Path keyFile = section.value("key-file", Converters.PATH);
        Boolean insecure = section.value("insecure", Converters.FLAG);
        boolean unread = insecure == null && section.has("insecure");
        if (keyFile != null && Boolean.TRUE.equals(insecure)) {
            section.error("insecure", "contradicts cluster.key-file; keep one of the two");
        } else if (present && !section.has("key-file") && !unread && !Boolean.TRUE.equals(insecure)) {
            section.error(
                    section.at("insecure"),
                    "missing key 'cluster.key-file'; make a key with `conntwin keygen FILE` and name it here on every"
                            + " node, or write `insecure: true`");
        }
        return keyFile;
    }

    private static void exactlyOne(Section section, String first, String second, String why) {
        if (section.has(first) && section.has(second)) {
            section.error(second, "contradicts cluster." + first + "; keep one of the two");
        } else if (!section.has(first) && !section.has(second)) {
            section.error(section.at(first), "missing key 'cluster." + first + "' or 'cluster." + second + "'; " + why);
        }
    }

    private static Sync sync(Section section) {
        return new Sync(
                section.value("external-cache", Converters.FLAG, true),
                expectations(section),
                section.value("tcp-window", Converters.word(TcpWindow.class), TcpWindow.LIBERAL),
                section.section("filter", ConfigReader::filter),
                section.value(
                        "purge-after", Converters.duration(Duration.ZERO, Duration.ofDays(7)), Duration.ofSeconds(60)));
    }

    private static Expectations expectations(Section section) {
        if (section.node("expectations") instanceof SequenceNode) {
            return new Expectations(false, Set.copyOf(section.list("expectations", Converters.NAME_TEXT)));
        }
        return new Expectations(section.value("expectations", ALL_OR_NONE, true), Set.of());
    }

    private static Filter filter(Section section) {
        return new Filter(
                Set.copyOf(section.list("protocols", Converters.PROTOCOL)),
                section.list("exclude-addresses", Converters.CIDR),
                Set.copyOf(section.list("tcp-states", Converters.word(TcpState.class))),
                Set.copyOf(section.list("zones", Converters.integer(0, 65535))));
    }

    private static Ha ha(Section section) {
        return new Ha(
                section.value("initial-role", Converters.word(InitialRole.class), InitialRole.BACKUP),
                section.value("keepalived-fifo", Converters.PATH),
                section.value("on-peer-loss", Converters.word(OnPeerLoss.class), OnPeerLoss.NONE),
                section.value("track-file", Converters.PATH),
                section.has("hold") ? section.section("hold", ConfigReader::hold) : null);
    }

    private static Hold hold(Section section) {
        return new Hold(
                section.required("queue", Converters.integer(0, 65535), 0),
                section.value("packets", Converters.integer(1, 1_000_000), 4096),
                section.value(
                        "time",
                        Converters.duration(Duration.ofSeconds(1), Duration.ofSeconds(60)),
                        Duration.ofSeconds(2)));
    }

    private static Http http(Section section) {
        Endpoint standIn = new Endpoint(DEFAULT_GROUP, DEFAULT_PORT);
        return new Http(section.required("address", Converters.endpoint(0), standIn));
    }
}
