package org.conntwin.tracker.userspace.track;

import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.expect.Retention;
import org.conntwin.tracker.userspace.helper.Helpers;
import org.conntwin.tracker.userspace.overload.OverloadSettings;
import org.conntwin.tracker.userspace.tcp.TcpSettings;
import org.jspecify.annotations.Nullable;

/**
 * How the tracker judges: the kernel's sysctls by their meaning. Immutable.
 *
 * @param timeouts lifetimes by protocol and state
 * @param tcp how TCP is judged
 * @param checksum whether checksums of the transport are verified
 * @param maxEntries hard bound of the table, at least 1
 * @param overload what happens as the table fills up
 * @param accounting whether new flows count packets and bytes
 * @param timestamps whether new flows keep the time of their start and stop
 * @param helpers rules that assign a helper to new flows, first match wins
 * @param nat rules that translate new flows, first match wins among those of the source and those of the destination
 */
public record TrackerSettings(
        ProtocolTimeouts timeouts,
        TcpSettings tcp,
        boolean checksum,
        int maxEntries,
        OverloadSettings overload,
        boolean accounting,
        boolean timestamps,
        List<HelperRule> helpers,
        List<NatRule> nat) {

    /** What Linux 6.18 starts with. */
    public static final TrackerSettings LINUX = new TrackerSettings(
            ProtocolTimeouts.LINUX,
            TcpSettings.LINUX,
            true,
            262_144,
            OverloadSettings.KERNEL,
            false,
            false,
            List.of(),
            List.of());

    /** Copies the rules. */
    public TrackerSettings {
        helpers = List.copyOf(helpers);
        nat = List.copyOf(nat);
    }

    /** The same with these lifetimes. */
    public TrackerSettings withTimeouts(ProtocolTimeouts timeouts) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with TCP judged so. */
    public TrackerSettings withTcp(TcpSettings tcp) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with checksums verified or not. */
    public TrackerSettings withChecksum(boolean checksum) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with this bound of the table, at least 1. */
    public TrackerSettings withMaxEntries(int maxEntries) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with a table that fills up handled so. */
    public TrackerSettings withOverload(OverloadSettings overload) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with counting or without. */
    public TrackerSettings withAccounting(boolean accounting) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with times kept or not. */
    public TrackerSettings withTimestamps(boolean timestamps) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with these rules in place of its own. */
    public TrackerSettings withHelpers(List<HelperRule> helpers) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /** The same with these rules that translate in place of its own. */
    public TrackerSettings withNat(List<NatRule> nat) {
        return new TrackerSettings(timeouts, tcp, checksum, maxEntries, overload, accounting, timestamps, helpers, nat);
    }

    /**
     * A rule that assigns a helper.
     *
     * @param helper its name, e.g. {@code ftp}
     * @param protocol IP protocol number
     * @param port destination port of the original direction, 1 to 65535
     * @param zone id of the only zone where it applies, {@link #ANY_ZONE} for every zone
     * @param retention how expectations of this helper are kept, in this and every other rule of it
     */
    public record HelperRule(String helper, int protocol, int port, int zone, Retention retention) {
        /** Every zone. */
        public static final int ANY_ZONE = -1;

        /** In every zone, its expectations as in the kernel. */
        public HelperRule(String helper, int protocol, int port) {
            this(helper, protocol, port, ANY_ZONE, Retention.NONE);
        }

        /** Whether it is for flows that begin so. */
        boolean fits(Tuple original, int zoneId) {
            return port == original.destinationKey()
                    && protocol == original.protocol()
                    && (zone == ANY_ZONE || zone == zoneId);
        }

        /** That there is no such helper for the protocol, and which there are, in one line; null when there is. */
        public @Nullable String unknown() {
            Helpers known = KnownHelpers.all();
            return known.find(helper, protocol) != null
                    ? null
                    : "no helper " + helper + " for " + Protocol.name(protocol) + "; there are "
                            + known.names().stream().sorted().toList();
        }
    }
}
