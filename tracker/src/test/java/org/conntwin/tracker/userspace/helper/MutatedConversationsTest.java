package org.conntwin.tracker.userspace.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.testing.UsualHelpers;
import org.conntwin.tracker.userspace.capture.CaptureException;
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.capture.Frame;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.tcp.TcpSettings;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.NatRule;
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

    /** Bytes by which a packet may grow. */
    private static final int[] ROOM = {0, 64, 4096};

    private final SplittableRandom random = new SplittableRandom(Long.getLong("conntwin.fuzz.seed", 1));
    private long expectations;
    private int rewritten;

    @Test
    void noPayloadBreaksAHelper() throws Exception {
        run(List.of(), Integer.getInteger("conntwin.fuzz.payloads", 300_000));
    }

    @Test
    void noPayloadBreaksAHelperOfTranslatedFlows() throws Exception {
        run(
                List.of(from("203.200.200.100"), from("2001:db8::9")),
                Integer.getInteger("conntwin.fuzz.payloads", 150_000));
    }

    /** Sends packets of conversations, many of them damaged, through a tracker with rules for sources. */
    private void run(List<NatRule> rules, int packets) throws IOException, CaptureException {
        List<List<byte[]>> conversations = conversations();
        TcpSettings linux = TcpSettings.LINUX;
        TcpSettings liberal =
                new TcpSettings(linux.loose(), true, 255, linux.ignoreInvalidRst(), linux.retransTimeout(), 300, false);
        Tracker tracker = new Tracker(
                TrackerSettings.LINUX
                        .withTcp(liberal)
                        .withChecksum(false)
                        .withMaxEntries(2_000)
                        .withHelpers(UsualHelpers.RULES)
                        .withNat(rules),
                (address, now) -> 0xffff_0000L,
                new Counting());
        Translation translation = new Translation(tracker, rules, 2_000, new SplittableRandom(1));
        PacketReader reader = new PacketReader(false);
        Packet packet = new Packet();
        Tracking tracking = new Tracking();
        long now = SECOND;
        int sent = 0;
        while (sent < packets) {
            for (byte[] original : conversations.get(random.nextInt(conversations.size()))) {
                byte[] known = rules.isEmpty() ? original : answered(tracker, original);
                byte[] bytes = random.nextInt(3) == 0 ? known : damaged(known);
                int length = bytes.length;
                bytes = Arrays.copyOf(bytes, length + (rules.isEmpty() ? 0 : ROOM[random.nextInt(ROOM.length)]));
                now += random.nextInt(20_000_000);
                long started = System.nanoTime();
                try {
                    tracker.expire(now, 100);
                    if (reader.read(bytes, 0, length, length, packet) == PacketShape.WHOLE) {
                        packet.room = bytes.length;
                        tracker.arrive(packet, 0, now, tracking);
                        translation.pass(tracking, now);
                        if (!tracking.dropped) {
                            tracker.leave(tracking, now);
                        }
                        if (!tracking.dropped && packet.length != length) {
                            rewritten++;
                            assertThat(Checksums.transportWrong(packet)).isFalse();
                        }
                        assertThat(reader.read(bytes, 0, packet.length, packet.length, packet))
                                .isEqualTo(PacketShape.WHOLE);
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
        assertThat(rewritten).isGreaterThanOrEqualTo(rules.isEmpty() ? 0 : packets / 100);
        while (tracker.expire(now + 1_000_000 * SECOND, 1000)) {
            // Until all are gone.
        }
        assertThat(tracker.table().count()).isZero();
        assertThat(tracker.expectations().count()).isZero();
    }

    private static NatRule from(String address) {
        Addresses.Parsed to = Objects.requireNonNull(Addresses.parse(address));
        return new NatRule(
                NatRule.Kind.SOURCE, new NatRule.Prefix(to.family(), 0, 0, 0), null, -1, 0, null, to, 0, 0, 0);
    }

    /** The packet as it comes if it answers a translated flow: to, and speaking of, what its sender knows. */
    private byte[] answered(Tracker tracker, byte[] packet) {
        byte[] bytes = packet.clone();
        Packet read = new Packet();
        PacketReader reader = new PacketReader(false);
        if (reader.read(bytes, 0, bytes.length, bytes.length, read) != PacketShape.WHOLE
                || tracker.shownTuple().of(read) == null) {
            return bytes;
        }
        TupleKey asked = new TupleKey();
        asked.set(read.key.tuple().inverted());
        Flow flow = tracker.table().find(asked, 0);
        if (flow == null || !flow.original().equals(asked.tuple())) {
            return bytes;
        }
        Tuple reply = flow.reply();
        asked.set(reply);
        new Rewriting().end(read, false, asked);
        String text = new String(payload(bytes), StandardCharsets.ISO_8859_1)
                .replace(
                        Addresses.text(
                                reply.family(),
                                flow.original().sourceHigh(),
                                flow.original().sourceLow()),
                        Addresses.text(reply.family(), reply.destinationHigh(), reply.destinationLow()));
        return carrying(bytes, text.getBytes(StandardCharsets.ISO_8859_1));
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

    /** The same headers with a damaged payload. */
    private byte[] damaged(byte[] packet) {
        byte[] payload = payload(packet);
        if (payload.length == 0) {
            return packet;
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            payload = changed(payload);
        }
        return carrying(packet, payload);
    }

    private static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, Math.min(behindHeaders(packet), packet.length), packet.length);
    }

    private static int behindHeaders(byte[] packet) {
        int transport = transport(packet);
        boolean tcp = protocol(packet) == Protocol.TCP;
        return transport + (tcp ? (packet[transport + 12] & 0xff) >>> 4 << 2 : 8);
    }

    private static int transport(byte[] packet) {
        return packet[0] >>> 4 == 4 ? (packet[0] & 0xf) * 4 : 40;
    }

    private static int protocol(byte[] packet) {
        return packet[packet[0] >>> 4 == 4 ? 9 : 6];
    }

    /** The same headers with another payload, their lengths right. */
    private static byte[] carrying(byte[] packet, byte[] payload) {
        boolean four = packet[0] >>> 4 == 4;
        int transport = transport(packet);
        int start = behindHeaders(packet);
        if (start > packet.length) {
            return packet;
        }
        byte[] whole = Arrays.copyOf(packet, start + payload.length);
        System.arraycopy(payload, 0, whole, start, payload.length);
        put16(whole, four ? 2 : 4, four ? whole.length : whole.length - transport);
        if (protocol(packet) == Protocol.UDP) {
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
