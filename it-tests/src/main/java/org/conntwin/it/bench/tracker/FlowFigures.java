package org.conntwin.it.bench.tracker;

import java.util.Locale;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;

/** What a million established TCP flows take in memory, and how long the tracker is held when all of them end. */
public final class FlowFigures {
    private static final int FLOWS = 1_000_000;
    private static final int STEPS = 256;
    private static final long BEYOND_EVERY_LIFE = 500_000L * 1_000_000_000L;

    private FlowFigures() {}

    /** Prints the figures; run it with the flags that the launcher gives a node. */
    public static void main(String[] arguments) {
        long empty = usedBytes();
        Tracker tracker = new Tracker(Settings.forFlows(FLOWS), new TrackerBenchmark.Counting());
        fill(tracker);
        long bytes = usedBytes() - empty;
        System.out.printf(
                Locale.ROOT,
                "%d flows: %.1f bytes a flow, hash and queue of lifetimes included%n",
                tracker.table().count(),
                (double) bytes / FLOWS);
        expire(tracker);
    }

    private static void fill(Tracker tracker) {
        PacketReader reader = new PacketReader(true);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();
        for (int i = 0; i < FLOWS; i++) {
            byte[][] handshake = {
                Frames.tcp(i, true, Frames.SYN, 1000, 0, 0),
                Frames.tcp(i, false, Frames.SYN | Frames.ACK, 5000, 1001, 0),
                Frames.tcp(i, true, Frames.ACK, 1001, 5001, 0)
            };
            for (byte[] frame : handshake) {
                reader.read(frame, 0, frame.length, frame.length, packet);
                tracker.arrive(packet, 0, i, tracking);
                tracker.leave(tracking, i);
            }
        }
    }

    private static void expire(Tracker tracker) {
        long longest = 0;
        long begin = System.nanoTime();
        boolean more = true;
        while (more) {
            long before = System.nanoTime();
            more = tracker.expire(BEYOND_EVERY_LIFE, STEPS);
            longest = Math.max(longest, System.nanoTime() - before);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "all expired in %.2f s, %d at a time; the longest step held the tracker for %.2f ms; %d left%n",
                seconds,
                STEPS,
                longest / 1e6,
                tracker.table().count());
    }

    /** What the heap holds once another collection frees nothing more. */
    static long usedBytes() {
        long used = Long.MAX_VALUE;
        long now = usedAfterCollection();
        while (now < used) {
            used = now;
            now = usedAfterCollection();
        }
        return used;
    }

    private static long usedAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
