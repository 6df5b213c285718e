package org.conntwin.tracker.userspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Defragmenter;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nothing that comes over a wire throws, grows without bound or breaks the table. {@code -Dconntwin.fuzz.packets=N} sets
 * how many packets, {@code -Dconntwin.fuzz.seed=N} which.
 */
final class MutatedPacketsTest {
    private static final int MAX_ENTRIES = 500;
    private static final int CHECKED_EVERY = 20_000;
    private static final long SECOND = 1_000_000_000L;

    private long made;
    private long destroyed;

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 1"})
    void noPacketBreaksTheTracker(boolean checksum, int part) {
        long packets = Long.getLong("conntwin.fuzz.packets", 10_000_000) / 2;
        long seed = Long.getLong("conntwin.fuzz.seed", 1) * 2 + part;
        Tracker tracker = new Tracker(settings(checksum), new Counting());
        PacketReader reader = new PacketReader(checksum);
        Defragmenter defragmenter = new Defragmenter(reader, _ -> {});
        MutatedPackets source = new MutatedPackets(seed);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();
        long now = SECOND;
        long tracked = 0;
        for (long i = 0; i < packets; i++) {
            now += i % 1000 == 0 ? 40 * SECOND : 1000;
            byte[] bytes = source.next();
            try {
                tracker.expire(now, 64);
                PacketShape shape = reader.read(bytes, 0, source.length, source.length, packet);
                boolean whole = shape == PacketShape.WHOLE;
                if (shape == PacketShape.FRAGMENT) {
                    Defragmenter.Fate fate = defragmenter.add(packet, now, i);
                    whole = fate == Defragmenter.Fate.WHOLE || fate == Defragmenter.Fate.PASSES;
                }
                if (whole) {
                    tracked++;
                    tracker.arrive(packet, i % 7 == 0 ? 3 : 0, now, tracking);
                    // Now and then the ruleset drops one: it never leaves.
                    if (!tracking.dropped && i % 11 != 0) {
                        tracker.leave(tracking, now);
                    }
                }
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("packet " + i + " of seed " + seed, e);
            }
            if (i % CHECKED_EVERY == 0) {
                check(tracker);
            }
        }
        check(tracker);
        assertThat(tracked).isGreaterThan(packets / 4);
        assertThat(made).isGreaterThan(packets / 1000);
        while (tracker.expire(now + 1_000_000 * SECOND, 1000)) {
            // Until all are gone.
        }
        assertThat(tracker.table().count()).isZero();
        assertThat(destroyed).isEqualTo(made);
    }

    private void check(Tracker tracker) {
        assertThat(tracker.table().broken()).isNull();
        assertThat(tracker.table().count()).isLessThanOrEqualTo(MAX_ENTRIES);
        for (int bucket = 0; bucket < tracker.table().buckets(); bucket++) {
            tracker.table().visit(bucket, MutatedPacketsTest::check);
        }
    }

    private static void check(Flow flow) {
        Flow master = flow.master();
        assertThat(flow.has(Status.EXPECTED)).isEqualTo(master != null);
        assertThat(master == null || master.confirmed()).isTrue();
    }

    private static TrackerSettings settings(boolean checksum) {
        return TrackerSettings.LINUX
                .withChecksum(checksum)
                .withMaxEntries(MAX_ENTRIES)
                .withAccounting(true)
                .withTimestamps(true)
                .withHelpers(List.of(new TrackerSettings.HelperRule("ftp", Protocol.TCP, 21)));
    }

    private final class Counting implements EventSink {
        @Override
        public void conntrack(EventKind kind, Conntrack entry, long time) {
            if (kind == EventKind.NEW) {
                made++;
            } else if (kind == EventKind.DESTROY) {
                destroyed++;
            }
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation, long time) {}
    }
}
