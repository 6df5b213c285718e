package org.conntwin.it.bench.tracker;

import org.conntwin.tracker.userspace.track.TrackerSettings;

/** Linux' settings with room for as many flows as a benchmark wants. */
final class Settings {
    private Settings() {}

    static TrackerSettings forFlows(int flows) {
        TrackerSettings linux = TrackerSettings.LINUX;
        return new TrackerSettings(
                linux.timeouts(),
                linux.tcp(),
                linux.checksum(),
                flows,
                linux.earlyDrop(),
                linux.accounting(),
                linux.timestamps(),
                linux.helpers());
    }
}
