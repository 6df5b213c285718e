package org.conntwin.it.bench.tracker;

import org.conntwin.tracker.userspace.track.TrackerSettings;

/** Linux' settings with room for as many flows as a benchmark wants. */
final class Settings {
    private Settings() {}

    static TrackerSettings forFlows(int flows) {
        return TrackerSettings.LINUX.withMaxEntries(flows);
    }
}
