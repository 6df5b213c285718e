package org.conntwin.tracker.userspace.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.testing.UsualHelpers;
import org.conntwin.tracker.userspace.capture.CaptureException;
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.capture.Frame;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.tcp.TcpSettings;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.junit.jupiter.api.Test;

/**
 * Conversations of every helper with damaged payloads: whatever they say, nothing throws, and what comes of it is
 * bounded. {@code -Dconntwin.fuzz.payloads=N} sets how many packets, {@code -Dconntwin.fuzz.seed=N} which.
 */
final class MutatedConversationsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LONGEST = 60_000;
    /** A damaged packet that takes longer than this has found a bound that is missing; generous for slow machines. */
    private static final long SLOWEST = 2 * SECOND;

    private final SplittableRandom random = new SplittableRandom(Long.getLong("conntwin.fuzz.seed", 1));
    private long expectations;

    @Test
    void noPayloadBreaksAHelper() throws Exception {
        int packets = Integer.getInteger("conntwin.fuzz.payloads", 300_000);
        List<List<byte[]>> conversations = conversations();
        TcpSettings linux = TcpSettings.LINUX;
        TcpSettings liberal =
                new TcpSettings(linux.loose(), true, 255, linux.ignoreInvalidRst(), linux.retransTimeout(), 300, false);
        Tracker tracker = new Tracker(
                TrackerSettings.LINUX
                        .withTcp(liberal)
                        .withChecksum(false)
                        .withMaxEntries(2_000)
                        .withHelpers(UsualHelpers.RULES),
                (address, now) -> 0xffff_0000L,
                new Counting());
        PacketReader reader = new PacketReader(false);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();
        long now = SECOND;
        int sent = 0;
        while (sent < packets) {
            for (byte[] original : conversations.get(random.nextInt(conversations.size()))) {
                byte[] bytes = random.nextInt(3) == 0 ? original : damaged(original);
                now += random.nextInt(20_000_000);
                long started = System.nanoTime();
                try {
                    tracker.expire(now, 100);
                    if (reader.read(bytes, 0, bytes.length, bytes.length, packet) == PacketShape.WHOLE) {
                        tracker.arrive(packet, 0, now, tracking);
                        if (!tracking.dropped) {
                            tracker.leave(tracking, now);
                        }
                    }
                } catch (RuntimeException | StackOverflowError e) {
                    throw new AssertionError("packet " + sent, e);
                }
                assertThat(System.nanoTime() - started).as("packet " + sent).isLessThan(SLOWEST);
                assertThat(tracker.expectations().count()).isLessThanOrEqualTo(ExpectationTable.MAX);
                sent++;
            }
        }
        assertThat(tracker.table().broken()).isNull();
        assertThat(expectations).isGreaterThan(packets / 20);
        while (tracker.expire(now + 1_000_000 * SECOND, 1000)) {
            // Until all are gone.
        }
        assertThat(tracker.table().count()).isZero();
        assertThat(tracker.expectations().count()).isZero();
    }

    private static List<List<byte[]>> conversations() throws IOException, CaptureException {
        List<List<byte[]>> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/helpers"))) {
            for (Path file : files.filter(name -> name.toString().endsWith(".pcap"))
                    .sorted()
                    .toList()) {
                List<byte[]> packets = new ArrayList<>();
                try (CaptureReader capture = CaptureReader.open(file)) {
                    Frame frame = new Frame();
                    while (capture.next(frame)) {
                        packets.add(Arrays.copyOfRange(frame.bytes, frame.start, frame.start + frame.captured));
                    }
                }
                all.add(packets);
            }
        }
        return all;
    }

    /** The same headers with another payload, their lengths right. */
    private byte[] damaged(byte[] packet) {
        boolean four = packet[0] >>> 4 == 4;
        int transport = four ? (packet[0] & 0xf) * 4 : 40;
        int protocol = packet[four ? 9 : 6];
        int header = protocol == Protocol.TCP ? (packet[transport + 12] & 0xff) >>> 4 << 2 : 8;
        int start = transport + header;
        if (start >= packet.length) {
            return packet;
        }
        byte[] payload = Arrays.copyOfRange(packet, start, packet.length);
        for (int i = random.nextInt(4); i >= 0; i--) {
            payload = changed(payload);
        }
        byte[] whole = Arrays.copyOf(packet, start + payload.length);
        System.arraycopy(payload, 0, whole, start, payload.length);
        put16(whole, four ? 2 : 4, four ? whole.length : whole.length - transport);
        if (protocol == Protocol.UDP) {
            put16(whole, transport + 4, whole.length - transport);
        }
        return whole;
    }

    private byte[] changed(byte[] payload) {
        int at = payload.length == 0 ? 0 : random.nextInt(payload.length);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                byte[] out = payload.clone();
                if (out.length > 0) {
                    out[at] = (byte)
                            (random.nextBoolean() ? random.nextInt() : " \r\n0;:,=@\0\377".charAt(random.nextInt(11)));
                }
                yield out;
            }
            case 3 -> Arrays.copyOf(payload, at);
            case 4 -> joined(Arrays.copyOf(payload, at), payload);
            case 5 -> joined(payload, Arrays.copyOfRange(payload, at, payload.length));
            case 6 -> Arrays.copyOfRange(payload, at, payload.length);
            default -> random.nextInt(50) == 0 ? repeated(payload, at) : payload;
        };
    }

    /** A part of it again and again, up to the longest that fits a packet. */
    private byte[] repeated(byte[] payload, int at) {
        int end = Math.min(payload.length, at + 1 + random.nextInt(40));
        byte[] out = Arrays.copyOf(payload, payload.length);
        while (end > at && out.length + end - at <= LONGEST) {
            byte[] part = Arrays.copyOfRange(out, at, Math.min(out.length, at + LONGEST - out.length));
            out = joined(out, part);
        }
        return out;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        int length = Math.min(LONGEST, one.length + other.length);
        byte[] out = Arrays.copyOf(one, Math.max(length, one.length));
        System.arraycopy(other, 0, out, one.length, Math.max(0, length - one.length));
        return out;
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }

    private final class Counting implements EventSink {
        @Override
        public void conntrack(EventKind kind, Conntrack entry, long time) {}

        @Override
        public void expectation(EventKind kind, Expectation expectation, long time) {
            expectations += kind == EventKind.NEW ? 1 : 0;
        }
    }
}
