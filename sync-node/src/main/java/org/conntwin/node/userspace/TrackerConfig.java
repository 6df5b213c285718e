package org.conntwin.node.userspace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.TableKind;
import org.conntwin.node.config.Timeout;
import org.conntwin.node.config.Userspace;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.expect.Retention;
import org.conntwin.tracker.userspace.overload.OverloadSettings;
import org.conntwin.tracker.userspace.tcp.TcpSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.jspecify.annotations.Nullable;

/** The configuration's words as the tracker's settings. Pure functions. */
public final class TrackerConfig {
    /** Linux 2.4 by the iptables tutorial: LISTEN, which it had in place of SYN_SENT2, is the last one. */
    private static final List<Integer> TUTORIAL_TCP =
            List.of(1800, 120, 60, 5 * 86_400, 120, 12 * 3600, 30, 120, 10, 120);

    private TrackerConfig() {}

    /** What the section {@code userspace} asks for; the defaults without one. */
    public static TrackerSettings settings(@Nullable Userspace config) {
        if (config == null) {
            return TrackerSettings.LINUX.withOverload(overload(Userspace.Overload.DEFAULT));
        }
        List<TrackerSettings.HelperRule> helpers = new ArrayList<>();
        for (Userspace.Helper rule : config.helpers()) {
            helpers.add(new TrackerSettings.HelperRule(
                    rule.name(),
                    rule.protocol(),
                    rule.port(),
                    rule.zone(),
                    new Retention(rule.keep(), rule.portMask())));
        }
        return new TrackerSettings(
                timeouts(config),
                tcp(config),
                config.checksum(),
                config.maxEntries(),
                overload(config.overload()),
                config.accounting(),
                config.timestamps(),
                helpers,
                NatRules.of(config.nat()));
    }

    /**
     * What in a node's configuration does nothing, in one line; null when all of it counts.
     *
     * @return words without the file's name
     */
    public static @Nullable String withoutEffect(NodeConfig config) {
        Userspace userspace = config.userspace();
        if (userspace == null) {
            return null;
        }
        return config.table() == TableKind.KERNEL
                ? "the section userspace has no effect with table: kernel; choose table: userspace, or take it out"
                : withoutEffect(userspace, userspace.queue() != null);
    }

    /**
     * The keys that this version reads and does nothing with where packets come from a capture, in one line; null when
     * none differs from its default.
     */
    public static @Nullable String withoutEffect(Userspace config) {
        return withoutEffect(config, false);
    }

    private static @Nullable String withoutEffect(Userspace config, boolean live) {
        List<String> keys = new ArrayList<>();
        note(keys, "synproxy", !live && !config.synproxy().isEmpty());
        // Without live traffic nothing leaves by which an end could be asked.
        note(keys, "overload.probe", !live && config.overload().probe());
        if (!keys.isEmpty()) {
            return "userspace: " + String.join(", ", keys) + (keys.size() == 1 ? " has" : " have")
                    + " no effect without live traffic (userspace.queue); everything else is applied";
        }
        return live ? helpersElsewhere(config) : null;
    }

    /** A queue's packets are all of zone 0: the kernel does not tell another one. */
    private static @Nullable String helpersElsewhere(Userspace config) {
        List<String> never = config.helpers().stream()
                .filter(rule -> rule.zone() > 0)
                .map(rule -> rule.name() + " in zone " + rule.zone())
                .toList();
        return never.isEmpty()
                ? null
                : "userspace.helpers: live packets (userspace.queue) are all of zone 0, so these rules have no effect: "
                        + String.join(", ", never) + "; take out their zone";
    }

    private static void note(List<String> keys, String key, boolean given) {
        if (given) {
            keys.add(key);
        }
    }

    private static OverloadSettings overload(Userspace.Overload config) {
        return new OverloadSettings(
                config.earlyDrop(),
                config.adaptiveStart(),
                config.adaptiveEnd(),
                (int) Math.min(Integer.MAX_VALUE, config.softTimeout().toSeconds()),
                config.probe());
    }

    private static ProtocolTimeouts timeouts(Userspace config) {
        ProtocolTimeouts linux = ProtocolTimeouts.LINUX;
        List<Integer> tcp = switch (config.timeouts()) {
            case LINUX -> linux.tcp();
            case IPTABLES_TUTORIAL -> TUTORIAL_TCP;
        };
        List<Integer> states = states(config, Timeout.TCP_STATES, tcp);
        if (!config.timeoutOverrides().containsKey(Timeout.TCP_SYN_SENT2.key())) {
            states.set(TcpState.SYN_SENT2, states.get(TcpState.SYN_SENT)); // the kernel has one setting for both
        }
        List<Integer> sctp = new ArrayList<>(linux.sctp().subList(0, 1));
        sctp.addAll(states(
                config,
                Timeout.SCTP_STATES,
                linux.sctp().subList(1, linux.sctp().size())));
        return new ProtocolTimeouts(
                List.copyOf(states),
                List.copyOf(sctp),
                seconds(config, Timeout.UDP, linux.udp()),
                seconds(config, Timeout.UDP_STREAM, linux.udpStream()),
                seconds(config, Timeout.ICMP, linux.icmp()),
                seconds(config, Timeout.ICMPV6, linux.icmpv6()),
                seconds(config, Timeout.GRE, linux.gre()),
                seconds(config, Timeout.GRE_STREAM, linux.greStream()),
                seconds(config, Timeout.GENERIC, linux.generic()));
    }

    private static TcpSettings tcp(Userspace config) {
        Userspace.Tcp tcp = config.tcp();
        // Those lifetimes came with window tracking, after the tutorial's kernels.
        boolean windowless = config.timeouts() == Userspace.TimeoutProfile.IPTABLES_TUTORIAL;
        int retrans = windowless ? Integer.MAX_VALUE : TcpSettings.LINUX.retransTimeout();
        int unacknowledged = windowless ? Integer.MAX_VALUE : TcpSettings.LINUX.unacknowledgedTimeout();
        return new TcpSettings(
                tcp.loose(),
                tcp.beLiberal(),
                tcp.maxRetrans(),
                tcp.ignoreInvalidRst(),
                seconds(config, Timeout.TCP_RETRANS, retrans),
                seconds(config, Timeout.TCP_UNACKNOWLEDGED, unacknowledged),
                config.outOfSync() == Userspace.OutOfSync.DESTROY);
    }

    private static List<Integer> states(Userspace config, List<Timeout> keys, List<Integer> defaults) {
        List<Integer> seconds = new ArrayList<>();
        for (int state = 0; state < keys.size(); state++) {
            seconds.add(seconds(config, keys.get(state), defaults.get(state)));
        }
        return seconds;
    }

    private static int seconds(Userspace config, Timeout key, int otherwise) {
        Map<String, Duration> overrides = config.timeoutOverrides();
        Duration own = overrides.get(key.key());
        return own == null ? otherwise : (int) Math.min(Integer.MAX_VALUE, own.toSeconds());
    }
}
