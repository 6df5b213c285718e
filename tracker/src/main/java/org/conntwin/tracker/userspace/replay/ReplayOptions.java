package org.conntwin.tracker.userspace.replay;

import org.conntwin.tracker.userspace.track.TrackerSettings;

/**
 * How a capture is replayed. Immutable.
 *
 * @param settings of the tracker; its {@code checksum} counts for the IPv4 header, too
 * @param show what is printed
 * @param expectations whether events of expectations are printed among the others
 */
public record ReplayOptions(TrackerSettings settings, Show show, boolean expectations) {

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
