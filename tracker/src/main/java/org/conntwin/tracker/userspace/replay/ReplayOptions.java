package org.conntwin.tracker.userspace.replay;

import org.conntwin.tracker.userspace.track.TrackerSettings;

/**
 * How a capture is replayed. Immutable.
 *
 * @param settings of the tracker
 * @param show what is printed
 * @param expectations whether events of expectations are printed among the others
 * @param headerChecksum whether an IPv4 header with a wrong checksum is malformed, as it always is to the kernel, whose
 *     {@code nf_conntrack_checksum} is about transport alone; false for captures of a host that leaves sums to its device
 */
public record ReplayOptions(TrackerSettings settings, Show show, boolean expectations, boolean headerChecksum) {

    /** What a replay prints. */
    public enum Show {
        /** A line for every event. */
        EVENTS,
        /** A line for every record. */
        PACKETS,
        /** A line for every entry that is left at the end. */
        TABLE
    }
}
