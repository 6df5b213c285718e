package org.conntwin.it.bench.tracker;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.Random;
import org.conntwin.tracker.userspace.overload.OverloadSettings;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;

/**
 * A flood of SYNs from random sources, ten times as many as the table holds, while established TCP flows go on and new
 * ones begin: who lives, what a packet of the flood costs, what the heap holds before and after.
 */
public final class FloodFigures {
    private static final int LIMIT = 262_144;
    private static final int FLOOD = 10 * LIMIT;
    private static final int CHUNK = 4096;
    /** Numbers of the flood's flows begin here; those below are of real ones. */
    private static final int STRANGERS = 1 << 28;
    /** A million packets a second. */
    private static final long STEP = 1_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();
    private final Random random = new Random(3);
    private final Tracker tracker = new Tracker(
            Settings.forFlows(LIMIT).withOverload(new OverloadSettings(true, 0.6, 1.2, 300, false)),
            new TrackerBenchmark.Counting());
    private final int established;
    private long now = 1_000_000_000L;

    private FloodFigures(int established) {
        this.established = established;
    }

    /** Prints the figures of a table that is half full, nearly full and full of established flows. */
    public static void main(String[] arguments) {
        for (int percent : new int[] {50, 50, 95, 100}) {
            new FloodFigures((int) (LIMIT / 100.0 * percent)).run();
        }
    }

    private void run() {
        for (int i = 0; i < established; i++) {
            connect(i);
        }
        long before = FlowFigures.usedBytes();
        int begun = 0;
        int through = 0;
        long nanos = 0;
        byte[] syn = Frames.tcp(STRANGERS, true, Frames.SYN, 1000, 0, 0);
        for (int chunk = 0; chunk < FLOOD / CHUNK; chunk++) {
            int client = LIMIT + begun++;
            track(Frames.tcp(client, true, Frames.SYN, 1000, 0, 0));
            nanos += flood(syn);
            talk(chunk);
            track(Frames.tcp(client, false, Frames.SYN | Frames.ACK, 5000, 1001, 0));
            boolean open = track(Frames.tcp(client, true, Frames.ACK, 1001, 5001, 0)) == PacketState.ESTABLISHED;
            through += open ? 1 : 0;
            tracker.expire(now, CHUNK);
        }
        int alive = 0;
        for (int i = 0; i < established; i++) {
            PacketState state = track(Frames.tcp(i, true, Frames.ACK, 1001, 5001, 0));
            alive += state == PacketState.ESTABLISHED ? 1 : 0;
        }
        long after = FlowFigures.usedBytes();
        System.out.printf(
                Locale.ROOT,
                "%d of %d entries established: %d alive after %d SYNs, %d of %d new ones through (answered after %d SYNs),"
                        + " %.0f ns a SYN, heap %.1f MB before, %.1f MB after, %d entries, %d refused%n",
                established,
                LIMIT,
                alive,
                FLOOD,
                through,
                begun,
                CHUNK,
                (double) nanos / FLOOD,
                before / 1e6,
                after / 1e6,
                tracker.table().count(),
                tracker.counters().tableFull);
    }

    /** Nanoseconds of the processor that a chunk of the flood took. */
    private long flood(byte[] syn) {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < CHUNK; i++) {
            Frames.renumber(syn, STRANGERS + random.nextInt(1 << 30));
            track(syn);
        }
        return THREADS.getCurrentThreadCpuTime() - begin;
    }

    /** A packet each of some established flows, by turns. */
    private void talk(int turn) {
        for (int i = 0; i < CHUNK && established > 0; i++) {
            int flow = (int) (((long) turn * CHUNK + i) % established);
            track(Frames.tcp(flow, i % 2 == 0, Frames.ACK, i % 2 == 0 ? 1001 : 5001, i % 2 == 0 ? 5001 : 1001, 0));
        }
    }

    private void connect(int number) {
        track(Frames.tcp(number, true, Frames.SYN, 1000, 0, 0));
        track(Frames.tcp(number, false, Frames.SYN | Frames.ACK, 5000, 1001, 0));
        track(Frames.tcp(number, true, Frames.ACK, 1001, 5001, 0));
    }

    private PacketState track(byte[] frame) {
        now += STEP;
        reader.read(frame, 0, frame.length, frame.length, packet);
        tracker.arrive(packet, 0, now, tracking);
        if (!tracking.dropped) {
            tracker.leave(tracking, now);
        }
        return tracking.state;
    }
}
