package org.conntwin.tracker.userspace.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SYNs from random sources, ten times as many as the table holds, while others go on talking and some begin to. */
class FloodTest {
    private static final OverloadSettings USUAL = new OverloadSettings(true, 0.6, 1.2, 300, false);
    private static final String SERVER = "10.9.9.9";
    private static final int FLAGS = 33;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int ACK = 0x10;
    private static final long MILLI = 1_000_000L;
    /** How long the answer to a packet takes. */
    private static final long ROUND_TRIP = 50 * MILLI;

    private final PacketReader reader = new PacketReader(false);
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();
    private final byte[] tcp =
            Packets.tcp("10.0.0.0", 1000, SERVER, 80).flags("S").seq(1).ack(1).bytes();
    private final byte[] udp = Packets.udp("10.0.0.0", 1000, SERVER, 53).bytes();
    private final EventCount events = new EventCount();
    private long now = 1_000_000 * MILLI;

    private Tracker tracker = new Tracker(TrackerSettings.LINUX, events);

    private static final class EventCount implements EventSink {
        private long begun;
        private long ended;

        @Override
        public void conntrack(EventKind kind, Conntrack entry, long time) {
            begun += kind == EventKind.NEW ? 1 : 0;
            ended += kind == EventKind.DESTROY ? 1 : 0;
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation, long time) {}
    }

    /** A connection that begins: its SYN/ACK is due, then its ACK. */
    private record Handshake(int client, long due, boolean answered) {}

    /**
     * @param limit of the table
     * @param established percent of it that established flows take
     * @param through percent of new connections that must get through at least
     */
    @ParameterizedTest(name = "{0} entries, {1} % of them established")
    @CsvSource({"1000, 50, 98", "10000, 50, 98", "100000, 50, 98", "10000, 95, 98"})
    void everyEstablishedFlowLivesThroughAFlood(int limit, int established, int through) {
        tracker = new Tracker(
                TrackerSettings.LINUX.withMaxEntries(limit).withChecksum(false).withOverload(USUAL), events);
        int flows = limit / 100 * established;
        for (int i = 0; i < flows; i++) {
            establish(i);
        }
        // From then on datagrams are a stream, and assured.
        now += 2_001 * MILLI;
        for (int i = 0; i < flows; i++) {
            assertThat(talks(i, false)).isTrue();
        }
        assertThat(tracker.table().count()).isEqualTo(flows);

        int flood = 10 * limit;
        // A flood of twenty seconds, in which every flow talks ten times and one in a hundred new ones begins.
        long step = 20_000 * MILLI / flood;
        int beginning = limit / 100;
        Queue<Handshake> handshakes = new ArrayDeque<>();
        Random random = new Random(7);
        int begun = 0;
        int got = 0;
        int invalid = 0;
        int most = 0;
        for (int i = 0; i < flood; i++) {
            now += step;
            tracker.expire(now, 256);
            send(tcp, random.nextInt() | 0x8000_0000, random.nextInt(), false, SYN);
            if (flows > 0) {
                invalid += talks((int) ((long) i * flows / limit) % flows, i % 2 == 1) ? 0 : 1;
            }
            if (i % (flood / beginning) == 0) {
                send(tcp, 0x7000_0000 + begun, begun, false, SYN);
                handshakes.add(new Handshake(begun++, now + ROUND_TRIP, false));
            }
            Handshake first = handshakes.peek();
            while (first != null && first.due() <= now) {
                handshakes.remove();
                if (first.answered()) {
                    got += send(tcp, 0x7000_0000 + first.client(), first.client(), false, ACK) ? 1 : 0;
                } else {
                    send(tcp, 0x7000_0000 + first.client(), first.client(), true, SYN_ACK);
                    handshakes.add(new Handshake(first.client(), now + ROUND_TRIP / 10, true));
                }
                first = handshakes.peek();
            }
            most = Math.max(most, tracker.table().count());
        }

        assertThat(most).isEqualTo(limit);
        assertThat(invalid).isZero();
        for (int i = 0; i < flows; i++) {
            assertThat(talks(i, false)).isTrue();
        }
        OverloadCounters counters = tracker.overload().counters();
        assertThat(counters.evictedIdle + counters.evictedClosing).isZero();
        assertThat(counters.evicted()).isEqualTo(tracker.counters().earlyDropped);
        assertThat(tracker.counters().inserted - tracker.table().count()).isEqualTo(events.ended);
        assertThat(events.begun).isEqualTo(tracker.counters().inserted);
        assertThat(tracker.table().broken()).isNull();
        assertThat(got * 100.0 / begun).isGreaterThanOrEqualTo(through);
    }

    private void establish(int number) {
        if (number % 2 == 0) {
            int client = 0x0a00_0000 + number;
            send(tcp, client, number, false, SYN);
            send(tcp, client, number, true, SYN_ACK);
            send(tcp, client, number, false, ACK);
        } else {
            talks(number, false);
            talks(number, true);
        }
    }

    /** A packet of an established flow; whether the tracker knew it as such. */
    private boolean talks(int number, boolean reply) {
        return send(number % 2 == 0 ? tcp : udp, 0x0a00_0000 + number, number, reply, ACK);
    }

    /** Sends a packet between the client and the server; whether it was of an established flow. */
    private boolean send(byte[] bytes, int client, int port, boolean reply, int flags) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int server = 0x0a09_0909;
        int serverPort = bytes[9] == 6 ? 80 : 53;
        buffer.putInt(12, reply ? server : client).putInt(16, reply ? client : server);
        buffer.putShort(20, (short) (reply ? serverPort : port)).putShort(22, (short) (reply ? port : serverPort));
        if (bytes[9] == 6) {
            boolean syn = (flags & SYN) != 0;
            buffer.putInt(24, syn ? 0 : 1).putInt(28, flags == SYN ? 0 : 1).put(FLAGS, (byte) flags);
        }
        reader.read(bytes, 0, bytes.length, bytes.length, packet);
        tracker.arrive(packet, 0, now, tracking);
        if (!tracking.dropped) {
            tracker.leave(tracking, now);
        }
        return !tracking.dropped && tracking.state == PacketState.ESTABLISHED;
    }
}
