package org.conntwin.tracker.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.text.EventText;
import org.conntwin.tracker.userspace.helper.broadcast.Networks;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;

/** Packets through a tracker at times that the test sets; verdicts and events as lines of text. */
public final class Scenario {
    private static final long SECOND = 1_000_000_000L;
    /** Bytes by which a packet may grow. */
    private static final int ROOM = 512;

    private final List<String> events = new ArrayList<>();
    private final Tracker tracker;
    private final Translation translation;
    private byte[] left = {};
    private long now = 1_000 * SECOND;
    private final PacketReader reader = new PacketReader(true);
    private Zone zone = Zone.DEFAULT;

    /** With what Linux starts with. */
    public Scenario() {
        this(TrackerSettings.LINUX);
    }

    /** Starts with an empty table. */
    public Scenario(TrackerSettings settings) {
        this(settings, Networks.UNKNOWN);
    }

    /** Starts with an empty table, on a host in these networks. */
    public Scenario(TrackerSettings settings, Networks networks) {
        tracker = new Tracker(settings, networks, new Lines());
        translation = new Translation(tracker, settings.nat(), settings.maxEntries(), new SplittableRandom(1));
    }

    /** Lets time pass; flows whose life is over end. */
    public Scenario after(double seconds) {
        now += Math.round(seconds * SECOND);
        boolean more = true;
        while (more) {
            more = tracker.expire(now, 1_000);
        }
        return this;
    }

    /** The zone of the packets that follow. */
    public Scenario zone(int id, Zone.Scope scope) {
        zone = Zone.of(id, scope);
        return this;
    }

    /** Sends a packet all the way; what was made of it, e.g. {@code ACCEPT NEW original}. */
    public String send(TestPacket<?> packet) {
        return leave(arrive(packet));
    }

    /** A packet comes in and waits for {@link #leave}. */
    public Tracking arrive(TestPacket<?> packet) {
        byte[] bytes = packet.bytes();
        int length = bytes.length;
        bytes = Arrays.copyOf(bytes, length + ROOM);
        Packet read = new Packet();
        Tracking tracking = new Tracking();
        if (reader.read(bytes, 0, length, length, read) == PacketShape.WHOLE) {
            read.room = bytes.length;
            tracker.arrive(read, zone, now, tracking);
        } else {
            tracking.state = PacketState.INVALID;
        }
        return tracking;
    }

    /** A packet that came in leaves; what was made of it. */
    public String leave(Tracking tracking) {
        translation.pass(tracking, now);
        if (!tracking.dropped) {
            tracker.leave(tracking, now);
        }
        Packet packet = tracking.packet;
        left = packet == null || tracking.dropped
                ? new byte[0]
                : Arrays.copyOfRange(packet.bytes, packet.start, packet.start + packet.length);
        return verdict(tracking);
    }

    /** What was made of a packet so far. */
    public static String verdict(Tracking tracking) {
        boolean known = tracking.state != PacketState.INVALID && tracking.state != PacketState.UNTRACKED;
        return (tracking.dropped ? "DROP " : "ACCEPT ")
                + tracking.state
                + (known ? tracking.direction == 0 ? " original" : " reply" : " -");
    }

    /** The events since the last call, as {@code conntrack -E} prints them. */
    public List<String> events() {
        List<String> told = List.copyOf(events);
        events.clear();
        return told;
    }

    /** The entries as {@code conntrack -L} prints them, in alphabetical order. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        for (int bucket = 0; bucket < tracker.table().buckets(); bucket++) {
            tracker.table().visit(bucket, flow -> lines.add(EntryText.line(flow.entry(now))));
        }
        lines.sort(null);
        return lines;
    }

    /** The packet that left last as it left; empty when it did not. */
    public byte[] left() {
        return left.clone();
    }

    /** Sends a packet all the way; what it looks like when it leaves, see {@link Seen}. */
    public String translated(TestPacket<?> packet) {
        String verdict = send(packet);
        return left.length == 0 ? verdict : Seen.of(left);
    }

    /** What translates the packets. */
    public Translation translation() {
        return translation;
    }

    /** The tracker itself. */
    public Tracker tracker() {
        return tracker;
    }

    /** The tracker's time in nanoseconds. */
    public long now() {
        return now;
    }

    private final class Lines implements EventSink {
        @Override
        public void conntrack(EventKind kind, Conntrack entry, long time) {
            String line = EntryText.line(entry).replace(" mark=0", "");
            events.add(
                    switch (kind) {
                        case NEW -> "    [NEW] " + line;
                        case UPDATE -> " [UPDATE] " + line;
                        case DESTROY -> "[DESTROY] " + line.replaceFirst("^(\\S+ +\\d+) \\d+", "$1");
                    });
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation, long time) {
            StringBuilder line = new StringBuilder();
            EventText.append(line, kind, expectation);
            events.add(line.toString());
        }
    }
}
