package org.conntwin.node.userspace;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.config.Cidr;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.Userspace;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.jspecify.annotations.Nullable;

/** The SYN proxy as a configuration wants it. */
public final class SynProxyConfig {
    private static final System.Logger LOG = System.getLogger(SynProxyConfig.class.getName());

    private SynProxyConfig() {}

    /**
     * The rules of {@code userspace.synproxy}, and the secret of the cluster that cookies are made with; null for no
     * rules. The {@link #warnings} are logged.
     *
     * @throws KeyFileException when the cluster key cannot be read
     */
    public static @Nullable SynProxySettings of(NodeConfig config) throws KeyFileException {
        Userspace userspace = config.userspace();
        if (userspace == null || userspace.synproxy().isEmpty()) {
            return null;
        }
        for (String warning : warnings(config)) {
            LOG.log(System.Logger.Level.WARNING, warning);
        }
        return new SynProxySettings(rules(userspace), secret(config.cluster()));
    }

    /**
     * What protects less than it seems to, a line each; empty without rules.
     *
     * @return words without the file's name
     */
    public static List<String> warnings(NodeConfig config) {
        Userspace userspace = config.userspace();
        if (userspace == null || userspace.synproxy().isEmpty()) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        if (config.cluster().keyFile() == null) {
            warnings.add(
                    "userspace.synproxy: without cluster.key-file the keys of SYN cookies follow from the cluster's name;"
                            + " whoever knows it can make valid cookies, and so open connections to the servers from"
                            + " addresses that are not theirs");
        }
        for (Userspace.Nat rule : userspace.nat()) {
            if (leadsAround(rule, userspace.synproxy())) {
                warnings.add(around(rule));
            }
        }
        return warnings;
    }

    /**
     * Whether a destination rule leads to a server that is behind the proxy by the server's own address alone: the proxy
     * looks at a SYN as the client sent it.
     */
    private static boolean leadsAround(Userspace.Nat rule, List<Userspace.SynProxy> proxied) {
        InetAddress to = rule.to();
        boolean tcp = rule.protocol() < 0 || rule.protocol() == Protocol.TCP;
        if (rule.kind() != Userspace.NatKind.DESTINATION || to == null || !tcp) {
            return false;
        }
        int port = rule.toPort() == 0 ? rule.port() : rule.toPort();
        boolean server = false;
        boolean addressed = false;
        for (Userspace.SynProxy behind : proxied) {
            server |= behind.destination().contains(to.getAddress()) && (port == 0 || port == behind.port());
            addressed |= covers(behind.destination(), rule.destination())
                    && (rule.port() == 0 || rule.port() == behind.port());
        }
        return server && !addressed;
    }

    /** Whether all that a rule matches, null for everything, is within the prefix. */
    private static boolean covers(Cidr prefix, @Nullable Cidr matched) {
        return matched == null
                ? prefix.prefixLength() == 0
                : matched.prefixLength() >= prefix.prefixLength()
                        && prefix.contains(matched.network().getAddress());
    }

    private static String around(Userspace.Nat rule) {
        Cidr matched = rule.destination();
        return "userspace.synproxy: connections to " + (matched == null ? "any address" : matched)
                + (rule.port() == 0 ? "" : " port " + rule.port()) + " are led to "
                + requireNonNull(rule.to()).getHostAddress()
                + " by a destination rule, around the proxy: give the address"
                + " and port that clients address";
    }

    static List<SynProxyRule> rules(Userspace userspace) {
        List<SynProxyRule> rules = new ArrayList<>();
        for (Userspace.SynProxy rule : userspace.synproxy()) {
            byte[] network = rule.destination().network().getAddress();
            boolean four = network.length == 4;
            rules.add(new SynProxyRule(
                    four ? Family.IPV4 : Family.IPV6,
                    four ? 0 : number(network, 0, 8),
                    four ? number(network, 0, 4) : number(network, 8, 16),
                    rule.destination().prefixLength(),
                    rule.port(),
                    rule.mss(),
                    rule.wscale(),
                    rule.timestamp(),
                    rule.sackPerm(),
                    rule.ecn(),
                    rule.learn()));
        }
        return rules;
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    private static CookieSecret secret(NodeConfig.Cluster cluster) throws KeyFileException {
        if (cluster.keyFile() != null) {
            return CookieSecret.ofKey(ClusterKey.read(cluster.keyFile()).bytes());
        }
        return CookieSecret.ofName(cluster.name());
    }
}
