package org.conntwin.it.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.nat.SourceAddresses;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Defragmenter;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/** The userspace tracker behind a router that drops nothing. Not thread-safe. */
final class UserspaceRouter {
    private static final int ENTRIES = 2_048;
    /** Bytes by which a packet may grow. */
    private static final int ROOM = 1_024;

    private static final TrackerSettings SETTINGS =
            TrackerSettings.LINUX.withMaxEntries(ENTRIES).withHelpers(HelperRules.ALL);

    private final PacketReader reader = new PacketReader(true);
    private final Defragmenter fragments = new Defragmenter(reader, part -> {});
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();
    private final List<Event> heard = new ArrayList<>();
    private final List<Event> ended = new ArrayList<>();
    private final Tracker tracker;
    private final Translation translation;

    UserspaceRouter() {
        this(SETTINGS, SourceAddresses.NONE);
    }

    /** With rules that translate. */
    UserspaceRouter(TrackerSettings settings, SourceAddresses addresses) {
        tracker = new Tracker(settings, new EventSink() {
            @Override
            public void conntrack(EventKind kind, Conntrack entry, long time) {
                heard.add(Event.of(kind, entry));
            }

            @Override
            public void expectation(EventKind kind, Expectation expectation, long time) {
                // The kernel does not tell that one was activated.
                if (kind != EventKind.UPDATE) {
                    heard.add(Event.of(kind, expectation));
                }
            }
        });
        translation = new Translation(tracker, settings.nat(), ENTRIES, new SplittableRandom());
        translation.addresses(addresses);
    }

    /** Lets a packet arrive at {@code now} and tells what became of it. */
    Answer send(byte[] packetBytes, long now) {
        int length = packetBytes.length;
        byte[] bytes = Arrays.copyOf(packetBytes, length + ROOM);
        expire(now);
        fragments.expire(now);
        tracking.flow = null;
        PacketShape shape = reader.read(bytes, 0, length, length, packet);
        packet.room = bytes.length;
        if (shape == PacketShape.FRAGMENT) {
            switch (fragments.add(packet, now, 0)) {
                case WAITS, DROPPED -> {
                    return new Answer(false, PacketState.UNTRACKED, -1, List.of());
                }
                case WHOLE, PASSES -> shape = reader.unfragmented(packet);
            }
        }
        if (shape != PacketShape.WHOLE) {
            return new Answer(true, PacketState.INVALID, -1, List.of());
        }
        tracker.arrive(packet, 0, now, tracking);
        translation.pass(tracking, now);
        if (!tracking.dropped) {
            tracker.leave(tracking, now);
        }
        List<Event> caused = List.copyOf(heard);
        heard.clear();
        if (tracking.dropped) {
            return new Answer(false, PacketState.UNTRACKED, -1, caused);
        }
        boolean without = tracking.state == PacketState.INVALID || tracking.state == PacketState.UNTRACKED;
        return new Answer(true, tracking.state, without ? -1 : tracking.direction, caused);
    }

    /** The packet sent last as it came out; only of use when it did. */
    byte[] out() {
        return Arrays.copyOfRange(packet.bytes, packet.start, packet.start + packet.length);
    }

    /** All expectations at {@code now}. */
    void expectations(long now, Consumer<? super Expectation> visitor) {
        tracker.expectations().forEach(expected -> visitor.accept(expected.model(now)));
    }

    /** Ends the lives that are over at {@code now}. */
    void expire(long now) {
        boolean more = true;
        while (more) {
            more = tracker.expire(now, ENTRIES);
        }
        ended.addAll(heard);
        heard.clear();
    }

    /** The ends of lives that no event of the kernel was found for yet; the caller takes them out. */
    List<Event> ended() {
        return ended;
    }

    /** The flow of the last packet, as it is in the table at {@code now}; null for none. */
    @Nullable
    Conntrack entry(long now) {
        Flow flow = tracking.flow;
        return flow == null || tracker.table().find(flow.original(), 0) != flow ? null : flow.entry(now);
    }

    /** All entries at {@code now}. */
    void table(long now, Consumer<? super Conntrack> visitor) {
        for (int bucket = 0; bucket < tracker.table().buckets(); bucket++) {
            tracker.table().visit(bucket, flow -> visitor.accept(flow.entry(now)));
        }
    }
}
