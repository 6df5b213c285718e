package org.conntwin.tracker.userspace;

import java.util.concurrent.locks.ReentrantLock;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.ShownTuple;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/**
 * Packets that come together share one turn of the table's lock: between {@link #begin} and {@link #end} its thread is
 * alone with the table. For one thread.
 */
public final class PacketBurst {
    /** In place of a device: the packet is for this machine, and leaves by none. */
    public static final int STAYS = -1;

    private final UserspaceTable table;
    private final Translation translation;
    private final ReentrantLock lock;
    private final TableClock clock;
    private final Tracker tracker;
    private final ShownTuple shown;
    private long now;

    PacketBurst(UserspaceTable table, ReentrantLock lock, TableClock clock, Tracker tracker, Translation translation) {
        this.table = table;
        this.translation = translation;
        this.lock = lock;
        this.clock = clock;
        this.tracker = tracker;
        this.shown = tracker.shownTuple();
    }

    /** Waits for the table; its time, nanoseconds that never go back. */
    public long begin() {
        lock.lock();
        now = clock.nanos();
        return now;
    }

    /** Gives the table back. */
    public void end() {
        lock.unlock();
    }

    /**
     * A packet of zone 0 comes in, before routing. Only within a burst.
     *
     * @param own whether the machine sent it itself
     * @param out takes what was found out
     */
    public void arrive(Packet packet, boolean own, Tracking out) {
        table.arrive(packet, 0, out);
        if (!out.dropped && !translation.destination(out, own, now)) {
            out.dropped = true;
        }
    }

    /**
     * The packet leaves, after routing; may drop it. Only within a burst.
     *
     * @param outDevice index of the device that it leaves by, 0 when that is not known, {@link #STAYS}
     */
    public void leave(Tracking tracking, int outDevice) {
        if (translation.source(tracking, outDevice, now)) {
            table.leave(tracking);
        } else {
            tracking.dropped = true;
        }
    }

    /**
     * The tuple by which a packet's flow is found: its own, for an error that of the packets it answers; valid until the
     * next call.
     *
     * @return null when the packet is too short to show one
     */
    public @Nullable TupleKey shown(Packet packet) {
        return shown.of(packet);
    }

    /** The machine itself resets the flow's connection; only within a burst. */
    public void reset(Flow flow) {
        tracker.reset(flow, now);
    }

    /** The flow of zone 0 with this tuple in either direction, null for none; only within a burst. */
    public @Nullable Flow find(TupleKey key) {
        return tracker.table().find(key, 0);
    }
}
