package org.conntwin.node.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the userspace tracker. Immutable.
 *
 * @param queue the NFQUEUE numbers, or null for no live traffic
 * @param markShift from which bit of the packet mark on the state is written, 0 to 25 (seven bits are used)
 * @param timeouts the named set that timeouts start from
 * @param timeoutOverrides timeouts of single states, by key, e.g. {@code tcp-established}
 * @param tcp how TCP is judged
 * @param checksum whether checksums of the transport are verified; that of the IPv4 header always is
 * @param accounting whether flows count packets and bytes, as with {@code nf_conntrack_acct}
 * @param timestamps whether flows keep the time of their start and stop, as with {@code nf_conntrack_timestamp}
 * @param outOfSync what a SYN on an entry in the wrong state leads to
 * @param maxEntries hard bound of the table, 1 to 100,000,000
 * @param helpers rules that assign helpers
 * @param nat translation rules, first match wins
 * @param synproxy destinations behind the SYN proxy
 * @param overload what happens when the table fills up
 */
public record Userspace(
        @Nullable Range queue,
        int markShift,
        TimeoutProfile timeouts,
        Map<String, Duration> timeoutOverrides,
        Tcp tcp,
        boolean checksum,
        boolean accounting,
        boolean timestamps,
        OutOfSync outOfSync,
        int maxEntries,
        List<Helper> helpers,
        List<Nat> nat,
        List<SynProxy> synproxy,
        Overload overload) {

    /** Copies the collections. */
    public Userspace {
        timeoutOverrides = Map.copyOf(timeoutOverrides);
        helpers = List.copyOf(helpers);
        nat = List.copyOf(nat);
        synproxy = List.copyOf(synproxy);
    }

    /** Named sets of timeouts. */
    public enum TimeoutProfile {
        /** The defaults of current Linux kernels. */
        LINUX,
        /** Those of Linux 2.4, as the iptables tutorial lists them. */
        IPTABLES_TUTORIAL
    }

    /** What a SYN on an entry in the wrong state leads to. */
    public enum OutOfSync {
        /** The entry is annotated and re-opened by the answer. */
        RECOVER,
        /** The entry is destroyed. */
        DESTROY
    }

    /** What a translation rule changes. */
    public enum NatKind {
        /** The source, to a given address. */
        SOURCE,
        /** The destination. */
        DESTINATION,
        /** The source, to the address that the route gives. */
        MASQUERADE
    }

    /**
     * An inclusive range of numbers.
     *
     * @param first lowest
     * @param last highest, at least {@code first}
     */
    public record Range(int first, int last) {
        /**
         * As written in a configuration.
         *
         * @return {@code 3} or {@code 0-3}
         */
        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /**
     * The kernel's TCP sysctls.
     *
     * @param loose connections may be picked up in the middle
     * @param beLiberal only out-of-window resets are invalid
     * @param maxRetrans retransmissions before the short timeout, 0 to 255
     * @param ignoreInvalidRst resets outside the window are not marked invalid
     */
    public record Tcp(boolean loose, boolean beLiberal, int maxRetrans, boolean ignoreInvalidRst) {
        /** The kernel's defaults. */
        public static final Tcp DEFAULT = new Tcp(true, false, 3, false);
    }

    /**
     * A rule that assigns a helper.
     *
     * @param name the helper, e.g. {@code ftp}
     * @param protocol IP protocol number
     * @param port destination port, 1 to 65535
     * @param zone id of the only zone where it applies, -1 for every zone
     * @param keep whether its expectations stay until they expire
     * @param portMask bits of the expected port that count, 1 to 0xffff
     */
    public record Helper(String name, int protocol, int port, int zone, boolean keep, int portMask) {
        /** The port mask of the kernel: all bits count. */
        public static final int WHOLE_PORT = 0xffff;

        /** In every zone, its expectations as in the kernel. */
        public Helper(String name, int protocol, int port) {
            this(name, protocol, port, -1, false, WHOLE_PORT);
        }

        /** Whether expectations of the helper are kept as by the other rule. */
        boolean keepsAs(Helper other) {
            return keep == other.keep && portMask == other.portMask;
        }

        private static final Pattern RULE = Pattern.compile("([A-Za-z0-9._-]{1,15}):([a-z0-9]+)/([0-9]+)");

        /**
         * Reads a rule as written in a configuration.
         *
         * @return the rule, or null when the text is none
         */
        public static @Nullable Helper parse(String text) {
            Matcher matcher = RULE.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            OptionalInt protocol = Protocols.number(matcher.group(2));
            OptionalInt port = Addresses.number(matcher.group(3), 65535);
            return protocol.isEmpty() || port.isEmpty() || port.getAsInt() == 0
                    ? null
                    : new Helper(matcher.group(1), protocol.getAsInt(), port.getAsInt());
        }

        /** That the tracker has no such helper for the protocol, in one line; null when it has. */
        public @Nullable String unknown() {
            return new TrackerSettings.HelperRule(name, protocol, port).unknown();
        }

        /**
         * As written in a configuration.
         *
         * @return {@code ftp:tcp/21}, or a mapping when it says more than that
         */
        @Override
        public String toString() {
            if (zone < 0 && !keep && portMask == WHOLE_PORT) {
                return name + ":" + Protocols.name(protocol) + "/" + port;
            }
            return "{helper: " + name + ", protocol: " + Protocols.name(protocol) + ", port: " + port
                    + (zone < 0 ? "" : ", zone: " + zone)
                    + String.format(Locale.ROOT, ", keep: %s, port-mask: 0x%04x}", keep, portMask);
        }
    }

    /**
     * A translation rule; null and 0 match anything.
     *
     * @param kind what is changed
     * @param source prefix the source must be in, or null
     * @param destination prefix the destination must be in, or null
     * @param protocol IP protocol number, or -1
     * @param port destination port, or 0
     * @param out outgoing interface, or null
     * @param to the new address, null only for {@link NatKind#MASQUERADE}
     * @param toPort the new destination port, or 0 to keep it
     * @param ports source ports to choose from, or null
     */
    public record Nat(
            NatKind kind,
            @Nullable Cidr source,
            @Nullable Cidr destination,
            int protocol,
            int port,
            @Nullable String out,
            @Nullable InetAddress to,
            int toPort,
            @Nullable Range ports) {}

    /**
     * A destination behind the SYN proxy and the TCP options announced for it.
     *
     * @param destination prefix of the servers
     * @param port their port, 1 to 65535
     * @param mss maximum segment size, 64 to 65535
     * @param wscale window scale, 0 to 14
     * @param timestamp whether timestamps are offered
     * @param sackPerm whether selective acknowledgement is offered
     * @param ecn whether ECN is offered
     * @param learn true: the server's own options are learnt and used instead
     */
    public record SynProxy(
            Cidr destination,
            int port,
            int mss,
            int wscale,
            boolean timestamp,
            boolean sackPerm,
            boolean ecn,
            boolean learn) {}

    /**
     * What happens when the table fills up; shares are of {@code maxEntries}.
     *
     * @param earlyDrop unassured entries make room for new ones
     * @param adaptiveStart share at which timeouts start to shrink
     * @param adaptiveEnd share at which they would reach zero
     * @param softTimeout idle time after which an entry may be taken when room is needed
     * @param probe whether the ends of such an entry are asked first
     */
    public record Overload(
            boolean earlyDrop, double adaptiveStart, double adaptiveEnd, Duration softTimeout, boolean probe) {
        /** The defaults. */
        public static final Overload DEFAULT = new Overload(true, 0.6, 1.2, Duration.ofMinutes(5), false);
    }
}
