package org.conntwin.node.userspace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.conntwin.node.config.Userspace;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.tcp.TcpSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings;

/** The configuration's words as the tracker's settings. Pure functions. */
public final class TrackerConfig {
    /** Keys of TCP's timeouts by state number, as {@code timeouts} knows them. */
    private static final List<String> TCP = List.of(
            "tcp-none",
            "tcp-syn-sent",
            "tcp-syn-recv",
            "tcp-established",
            "tcp-fin-wait",
            "tcp-close-wait",
            "tcp-last-ack",
            "tcp-time-wait",
            "tcp-close",
            "tcp-syn-sent2");
    /** The same for SCTP; its first state has no timeout of its own. */
    private static final List<String> SCTP = List.of(
            "",
            "sctp-closed",
            "sctp-cookie-wait",
            "sctp-cookie-echoed",
            "sctp-established",
            "sctp-shutdown-sent",
            "sctp-shutdown-recd",
            "sctp-shutdown-ack-sent",
            "sctp-heartbeat-sent");
    /** Linux 2.4 by the iptables tutorial: LISTEN, which it had in place of SYN_SENT2, is the last one. */
    private static final List<Integer> TUTORIAL_TCP =
            List.of(1800, 120, 60, 5 * 86_400, 120, 12 * 3600, 30, 120, 10, 120);

    private TrackerConfig() {}

    /** What the section {@code userspace} asks for. */
    public static TrackerSettings settings(Userspace config) {
        List<TrackerSettings.HelperRule> helpers = new ArrayList<>();
        for (Userspace.Helper rule : config.helpers()) {
            helpers.add(new TrackerSettings.HelperRule(rule.name(), rule.protocol(), rule.port()));
        }
        return new TrackerSettings(
                timeouts(config),
                tcp(config),
                config.checksum(),
                config.maxEntries(),
                config.overload().earlyDrop(),
                false,
                false,
                helpers);
    }

    private static ProtocolTimeouts timeouts(Userspace config) {
        ProtocolTimeouts linux = ProtocolTimeouts.LINUX;
        List<Integer> tcp = switch (config.timeouts()) {
            case LINUX -> linux.tcp();
            case IPTABLES_TUTORIAL -> TUTORIAL_TCP;
        };
        List<Integer> states = states(config, TCP, tcp);
        if (!config.timeoutOverrides().containsKey("tcp-syn-sent2")) {
            states.set(TcpState.SYN_SENT2, states.get(TcpState.SYN_SENT)); // the kernel has one setting for both
        }
        return new ProtocolTimeouts(
                List.copyOf(states),
                List.copyOf(states(config, SCTP, linux.sctp())),
                seconds(config, "udp", linux.udp()),
                seconds(config, "udp-stream", linux.udpStream()),
                seconds(config, "icmp", linux.icmp()),
                seconds(config, "icmpv6", linux.icmpv6()),
                seconds(config, "gre", linux.gre()),
                seconds(config, "gre-stream", linux.greStream()),
                seconds(config, "generic", linux.generic()));
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
                seconds(config, "tcp-retrans", retrans),
                seconds(config, "tcp-unacknowledged", unacknowledged),
                config.outOfSync() == Userspace.OutOfSync.DESTROY);
    }

    private static List<Integer> states(Userspace config, List<String> keys, List<Integer> defaults) {
        List<Integer> seconds = new ArrayList<>();
        for (int state = 0; state < keys.size(); state++) {
            seconds.add(seconds(config, keys.get(state), defaults.get(state)));
        }
        return seconds;
    }

    private static int seconds(Userspace config, String key, int otherwise) {
        Map<String, Duration> overrides = config.timeoutOverrides();
        Duration own = overrides.get(key);
        return own == null ? otherwise : (int) Math.min(Integer.MAX_VALUE, own.toSeconds());
    }
}
