package org.conntwin.node.userspace;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.config.ClusterKey;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.Userspace;
import org.conntwin.tracker.model.Family;
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
     * rules. Without a cluster key one warning says what that means.
     *
     * @throws KeyFileException when the cluster key cannot be read
     */
    public static @Nullable SynProxySettings of(NodeConfig config) throws KeyFileException {
        Userspace userspace = config.userspace();
        if (userspace == null || userspace.synproxy().isEmpty()) {
            return null;
        }
        return new SynProxySettings(rules(userspace), secret(config.cluster()));
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
        LOG.log(
                System.Logger.Level.WARNING,
                "userspace.synproxy: without cluster.key-file the keys of SYN cookies follow from the cluster's name;"
                        + " whoever knows it can make valid cookies, and so open connections to the servers from addresses"
                        + " that are not theirs");
        return CookieSecret.ofName(cluster.name());
    }
}
