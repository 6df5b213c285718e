package org.conntwin.node.reference;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.conntwin.node.config.ConfigPrinter;
import org.conntwin.node.config.Timeout;
import org.conntwin.node.config.UserspaceConfig;
import org.conntwin.node.userspace.TrackerConfig;
import org.conntwin.tracker.userspace.track.TrackerSettings;

/** Every single timeout with both profiles' values and the kernel's name for it. */
final class TimeoutTable {
    /** What the profile linux means. */
    static final TrackerSettings LINUX = profile("linux");

    private TimeoutTable() {}

    /** A table in Markdown. */
    static String markdown() {
        TrackerSettings tutorial = profile("iptables-tutorial");
        return "| key | linux | iptables-tutorial | the kernel's setting |\n|---|---|---|---|\n"
                + Arrays.stream(Timeout.values())
                        .map(timeout -> "| `userspace.%s` | %s | %s | %s |\n"
                                .formatted(
                                        timeout.key(), text(LINUX, timeout), text(tutorial, timeout), sysctl(timeout)))
                        .collect(Collectors.joining());
    }

    private static TrackerSettings profile(String name) {
        return switch (UserspaceConfig.read(null, List.of("timeouts=" + name))) {
            case UserspaceConfig.Result.Valid(var userspace) -> TrackerConfig.settings(userspace);
            case UserspaceConfig.Result.Invalid(var errors) -> throw new IllegalStateException(errors.toString());
        };
    }

    /** The lifetime as a configuration writes it. */
    static String text(TrackerSettings settings, Timeout timeout) {
        int seconds = seconds(settings, timeout);
        return seconds == Integer.MAX_VALUE ? "never" : ConfigPrinter.duration(Duration.ofSeconds(seconds));
    }

    private static int seconds(TrackerSettings settings, Timeout timeout) {
        int tcp = Timeout.TCP_STATES.indexOf(timeout);
        int sctp = Timeout.SCTP_STATES.indexOf(timeout);
        if (tcp >= 0) {
            return settings.timeouts().tcp().get(tcp);
        }
        if (sctp >= 0) {
            return settings.timeouts().sctp().get(sctp + 1);
        }
        return switch (timeout) {
            case TCP_RETRANS -> settings.tcp().retransTimeout();
            case TCP_UNACKNOWLEDGED -> settings.tcp().unacknowledgedTimeout();
            case UDP -> settings.timeouts().udp();
            case UDP_STREAM -> settings.timeouts().udpStream();
            case ICMP -> settings.timeouts().icmp();
            case ICMPV6 -> settings.timeouts().icmpv6();
            case GRE -> settings.timeouts().gre();
            case GRE_STREAM -> settings.timeouts().greStream();
            case GENERIC -> settings.timeouts().generic();
            default -> throw new IllegalStateException("no value for " + timeout);
        };
    }

    /** The kernel's sysctl of the same meaning. */
    private static String sysctl(Timeout timeout) {
        String name = timeout.name().toLowerCase(Locale.ROOT);
        return switch (timeout) {
            case TCP_NONE, TCP_SYN_SENT2 -> "none of its own";
            case TCP_RETRANS -> "`nf_conntrack_tcp_timeout_max_retrans`";
            case UDP, ICMP, ICMPV6, GRE, GENERIC -> "`nf_conntrack_" + name + "_timeout`";
            default -> "`nf_conntrack_" + name.replaceFirst("_", "_timeout_") + "`";
        };
    }
}
