package org.conntwin.node.role;

import org.conntwin.node.replication.Replication;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a commit: changes wait to be announced as a whole afterwards, as the table needs the processors now; a large
 * one pauses the table's events, and with them releases, which go by events, and readings of the table; and the table is
 * read after one that may have missed something.
 */
final class AroundCommit implements AutoCloseable {
    private final Replication replication;
    private final Release release;
    private final Readings readings;
    private final @Nullable EventPause paused;
    private final long begun;
    private boolean done;

    private AroundCommit(
            Replication replication, Release release, Readings readings, @Nullable EventPause paused, long begun) {
        this.replication = replication;
        this.release = release;
        this.readings = readings;
        this.paused = paused;
        this.begun = begun;
    }

    /**
     * Begins.
     *
     * @param pause null where events always go on
     * @param entries how many the commit is expected to write
     */
    static AroundCommit begin(
            Replication replication, Release release, Readings readings, @Nullable EventPause pause, long entries) {
        long begun = readings.begun().getAsLong();
        EventPause paused = pause != null && pause.begins(entries) ? pause : null;
        if (paused != null) {
            readings.beforePause().run();
            release.suspend();
        }
        replication.hold(true);
        return new AroundCommit(replication, release, readings, paused, begun);
    }

    /** It went through. */
    void done() {
        done = true;
    }

    @Override
    public void close() {
        try {
            if (paused != null) {
                paused.end();
            }
        } finally {
            replication.hold(false);
            if (paused != null) {
                release.resume();
                readings.afterPause().run();
            } else if (!done || readings.begun().getAsLong() != begun) {
                readings.afterCommit().run();
            }
        }
    }
}
