package org.conntwin.tracker.userspace.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.conntwin.tracker.testing.Fragments;
import org.conntwin.tracker.testing.Packets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams in parts. What becomes of odd parts was asked of Linux 6.18. */
final class DefragmenterTest {
    private static final long SECOND = 1_000_000_000L;
    /** A UDP datagram of 108 bytes behind the IP header, in IPv4 and in IPv6. */
    private static final byte[] FOUR =
            Packets.udp("10.1.0.2", 1000, "10.2.0.2", 53).payload(100).bytes();

    private static final byte[] SIX =
            Packets.udp("fd01::2", 1000, "fd02::2", 53).payload(100).bytes();

    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();
    private final List<Long> lost = new ArrayList<>();
    private final Defragmenter defragmenter = new Defragmenter(reader, lost::add);
    private long now = 1_700_000_000L * SECOND;
    private long record;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void makesADatagramWholeInWhateverOrderItsPartsCome(boolean six) {
        byte[] whole = six ? SIX : FOUR;
        Random random = new Random(9);
        for (int round = 0; round < 200; round++) {
            Fragments of = new Fragments(whole, round);
            List<byte[]> parts = new ArrayList<>();
            int from = 0;
            while (from < of.size()) {
                int to = Math.min(of.size(), from + 8 * (1 + random.nextInt(5)));
                if (from > 0 || to < of.size()) {
                    parts.add(of.part(from, to));
                }
                from = to;
            }
            Collections.shuffle(parts, random);
            long first = record + 1;
            for (int i = 0; i < parts.size() - 1; i++) {
                assertThat(add(parts.get(i))).isEqualTo("WAITS");
            }
            assertThat(add(parts.getLast())).isEqualTo("WHOLE");
            assertWhole(whole);
            assertThat(defragmenter.records()).hasSize(parts.size()).contains(first, record);
        }
        assertThat(defragmenter.counters().whole).isEqualTo(200);
        assertThat(lost).isEmpty();
    }

    /** Each word is a part: FROM-TO, with + where it says that more follow and - where it does not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | 0-64+ 64-108-             | WAITS WHOLE                 | in order",
                "4 | 64-108- 0-64+             | WAITS WHOLE                 | the last one first",
                "4 | 0-64+ 0-64+ 64-108-       | WAITS DROPPED WHOLE         | the same twice",
                "4 | 64-108- 64-108- 0-64+     | WAITS DROPPED WHOLE         | the same end twice",
                "4 | 0-64+ 8-40+ 64-108-       | WAITS DROPPED WHOLE         | one within another",
                "4 | 0-64+ 40-72+ 72-108-      | WAITS DROPPED WAITS         | an overlap ends the datagram",
                "4 | 0-64+ 40-72+ 0-64+ 64-108- | WAITS DROPPED WAITS WHOLE  | and it may begin anew",
                "4 | 0-63+ 56-108-             | WAITS WHOLE                 | the middle is rounded down",
                "4 | 0-64+ 64-64+ 64-108-      | WAITS DROPPED WAITS         | an empty part ends the datagram",
                "4 | 0-64+ 32-56- 64-108-      | WAITS DROPPED WAITS         | an end before what was there",
                "4 | 64-108- 104-112+ 0-64+    | WAITS DROPPED WAITS         | something behind the end",
                "4 | 0-16+ 16-32+ 8-24+ 32-108- | WAITS WAITS DROPPED WHOLE  | one across two of one run",
                "4 | 0-16+ 32-48+ 16-32+ 8-24+ 48-108- | WAITS WAITS WAITS DROPPED WAITS | one across two runs",
                "6 | 0-64+ 64-108-             | WAITS WHOLE                 | in order",
                "6 | 0-108-                    | WHOLE                       | one part alone",
                "6 | 0-64+ 0-108- 64-108-      | WAITS DROPPED WAITS         | one part alone beside others",
                "6 | 0-64+ 0-64+ 64-108-       | WAITS DROPPED WHOLE         | the same twice",
                "6 | 0-64+ 8-40+ 64-108-       | WAITS DROPPED WHOLE         | one within another",
                "6 | 0-64+ 40-72+ 72-108-      | WAITS DROPPED WAITS         | an overlap ends the datagram",
                "6 | 0-63+ 64-108-             | PASSES WAITS                | a first part of odd length",
                "6 | 0-4+                      | PASSES                      | a first part without its header",
                "6 | 0-64+ 64-64- 64-108-      | WAITS DROPPED DROPPED       | an empty end is believed",
                "6 | 0-64+ 32-56- 64-108-      | WAITS DROPPED WHOLE         | a wrong end is only dropped",
            })
    void takesDropsAndPassesOnWhatTheKernelDoes(String version, String parts, String fates, String what) {
        Fragments of = new Fragments(version.equals("6") ? SIX : FOUR, 7);
        List<String> found = new ArrayList<>();
        for (String part : parts.split(" ", -1)) {
            String[] ends = part.split("[-+]", -1);
            int from = Integer.parseInt(ends[0]);
            found.add(add(of.part(from, Integer.parseInt(ends[1]), part.endsWith("+"))));
        }
        assertThat(found).as(what).isEqualTo(List.of(fates.split(" ", -1)));
    }

    @Test
    void givesUpADatagramWhenItsTimeIsOver() {
        Fragments four = new Fragments(FOUR, 1);
        Fragments six = new Fragments(SIX, 1);
        add(four.part(0, 64));
        add(six.part(0, 64));
        now += 30 * SECOND - 1;
        defragmenter.expire(now);
        assertThat(lost).isEmpty();
        now++;
        defragmenter.expire(now);
        assertThat(lost).containsExactly(1L);
        assertThat(add(four.part(64, 108))).isEqualTo("WAITS");
        now += 30 * SECOND - 1;
        defragmenter.expire(now);
        assertThat(add(six.part(64, 108))).isEqualTo("WHOLE");
        assertThat(lost).containsExactly(1L);
        assertThat(defragmenter.counters().timedOut).isEqualTo(1);
    }

    @Test
    void tellsWhichPartsAreLostWithAnOverlap() {
        Fragments of = new Fragments(FOUR, 1);
        add(of.part(0, 64));
        add(of.part(72, 80));
        add(of.part(40, 72));
        assertThat(lost).containsExactly(1L, 2L);
        assertThat(defragmenter.counters().overlapping).isEqualTo(1);
    }

    @Test
    void keepsDatagramsApartByAddressIdentificationAndProtocol() {
        byte[] other =
                Packets.udp("10.1.0.3", 1000, "10.2.0.2", 53).payload(100).bytes();
        byte[] back = Packets.udp("10.2.0.2", 1000, "10.1.0.2", 53).payload(100).bytes();
        byte[] tcp = Packets.any(99, "10.1.0.2", "10.2.0.2").payload(108).bytes();
        assertThat(add(new Fragments(FOUR, 1).part(0, 64))).isEqualTo("WAITS");
        assertThat(add(new Fragments(other, 1).part(64, 108))).isEqualTo("WAITS");
        assertThat(add(new Fragments(back, 1).part(64, 108))).isEqualTo("WAITS");
        assertThat(add(new Fragments(tcp, 1).part(64, 108))).isEqualTo("WAITS");
        assertThat(add(new Fragments(FOUR, 2).part(64, 108))).isEqualTo("WAITS");
        assertThat(add(new Fragments(FOUR, 1).part(64, 108))).isEqualTo("WHOLE");
    }

    @ParameterizedTest
    @CsvSource({"63,true", "64,false"})
    void beginsAnewWhenTheSourceSentManyOtherFragments(int others, boolean whole) {
        add(new Fragments(FOUR, 1).part(0, 64));
        for (int i = 0; i < others; i++) {
            add(new Fragments(FOUR, 100 + i).part(0, 64));
        }
        assertThat(add(new Fragments(FOUR, 1).part(64, 108))).isEqualTo(whole ? "WHOLE" : "WAITS");
        assertThat(lost).hasSize(whole ? 0 : 1);
        assertThat(defragmenter.counters().outrun).isEqualTo(whole ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dropsADatagramWhosePartsDisagreeOnEcn(boolean six) {
        Fragments of = new Fragments(six ? SIX : FOUR, 1);
        assertThat(add(Fragments.ecn(of.part(0, 64), 2))).isEqualTo("WAITS");
        assertThat(add(Fragments.ecn(of.part(64, 108), 3))).isEqualTo("WHOLE");
        assertThat(add(Fragments.ecn(of.part(0, 64), 0))).isEqualTo("WAITS");
        assertThat(add(Fragments.ecn(of.part(64, 108), 2))).isEqualTo("DROPPED");
        assertThat(lost).contains(3L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesDatagramsLongerThanAny(boolean six) {
        byte[] big = six
                ? Packets.udp("fd01::2", 1, "fd02::2", 2).payload(60_000).bytes()
                : Packets.udp("10.1.0.2", 1, "10.2.0.2", 2).payload(60_000).bytes();
        Fragments of = new Fragments(big, 1);
        assertThat(add(of.part(0, 60_000, true))).isEqualTo("WAITS");
        assertThat(add(of.part(0, 5_536, 60_000, false))).isEqualTo("DROPPED");
        // Only IPv6 looks at the end of a part before all are there.
        assertThat(add(of.part(0, 800, 65_528, true))).isEqualTo(six ? "DROPPED" : "WAITS");
    }

    @Test
    void refusesAllFragmentsWhileTooMuchWaits() {
        byte[] big = Packets.udp("10.1.0.2", 1000, "10.2.0.2", 53).payload(1400).bytes();
        add(new Fragments(FOUR, 1).part(0, 64));
        int taken = 0;
        for (int source = 0; source < 3000; source++) {
            byte[] from = big.clone();
            from[14] = (byte) (source >>> 8);
            from[15] = (byte) source;
            taken += add(new Fragments(from, 2).part(0, 1400)).equals("WAITS") ? 1 : 0;
        }
        assertThat(taken).isBetween(1500, 1800); // the kernel takes 1,676 of this size
        assertThat(add(new Fragments(FOUR, 1).part(64, 108))).isEqualTo("DROPPED");
        assertThat(defragmenter.counters().refused).isEqualTo(3000 - taken + 1);
        now += 30 * SECOND;
        defragmenter.expire(now);
        assertThat(lost).hasSize(taken + 1);
        assertThat(add(new Fragments(FOUR, 3).part(0, 64))).isEqualTo("WAITS");
        assertThat(add(new Fragments(FOUR, 3).part(64, 108))).isEqualTo("WHOLE");
    }

    @Test
    void keepsTheHeadersOfTheFirstPart() {
        byte[] options = Packets.udp("10.1.0.2", 1000, "10.2.0.2", 53)
                .payload(100)
                .ipOptions(1, 1, 1, 1)
                .bytes();
        add(new Fragments(FOUR, 1).part(64, 108));
        assertThat(add(new Fragments(options, 1).part(0, 64))).isEqualTo("WHOLE");
        assertWhole(options);
        Fragments six = new Fragments(SIX, 1);
        assertThat(add(behindOptions(six.part(0, 64)))).isEqualTo("WAITS");
        assertThat(add(behindOptions(six.part(64, 108)))).isEqualTo("WHOLE");
        assertThat(packet.transport).isEqualTo(48);
        assertThat(packet.transportLength()).isEqualTo(108);
        assertThat(Checksums.transportValid(packet, 17)).isTrue();
    }

    @Test
    void survivesWhateverComes() {
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) {
            Fragments of = new Fragments(random.nextBoolean() ? SIX : FOUR, random.nextInt(40));
            int from = 8 * random.nextInt(13);
            byte[] part = of.part(from, from + random.nextInt(of.size() - from + 1), random.nextBoolean());
            if (random.nextInt(4) == 0) {
                part[random.nextInt(Math.min(part.length, 48))] = (byte) random.nextInt();
            }
            if (new PacketReader(false).read(part, 0, part.length, part.length, packet) != PacketShape.FRAGMENT) {
                continue;
            }
            PacketShape shape = reader.read(part, 0, part.length, part.length, packet);
            if (shape == PacketShape.FRAGMENT) {
                now += random.nextInt(1_000_000_000);
                defragmenter.expire(now);
                defragmenter.add(packet, now, i);
            }
        }
        assertThat(defragmenter.counters().whole).isPositive();
        defragmenter.giveUpAll();
    }

    /** An IPv6 fragment with a header of destination options before its fragment header. */
    private static byte[] behindOptions(byte[] part) {
        byte[] longer = new byte[part.length + 8];
        System.arraycopy(part, 0, longer, 0, 40);
        System.arraycopy(new byte[] {44, 0, 1, 4, 0, 0, 0, 0}, 0, longer, 40, 8);
        System.arraycopy(part, 40, longer, 48, part.length - 40);
        longer[6] = 60;
        longer[5] = (byte) (part[5] + 8);
        return longer;
    }

    private String add(byte[] bytes) {
        record++;
        assertThat(reader.read(bytes, 0, bytes.length, bytes.length, packet)).isEqualTo(PacketShape.FRAGMENT);
        Defragmenter.Fate fate = defragmenter.add(packet, now, record);
        if (fate == Defragmenter.Fate.WHOLE) {
            assertThat(reader.unfragmented(packet)).isEqualTo(PacketShape.WHOLE);
        }
        return fate.name();
    }

    /** The packet now holds {@code expected}, its identification and header checksum aside. */
    private void assertWhole(byte[] expected) {
        byte[] found = Arrays.copyOfRange(packet.bytes, packet.start, packet.start + packet.length);
        if (expected[0] >>> 4 == 4) {
            assertThat(Checksums.headerValid(found, 0, (found[0] & 15) << 2)).isTrue();
            System.arraycopy(expected, 4, found, 4, 2);
            System.arraycopy(expected, 10, found, 10, 2);
        }
        assertThat(HexFormat.of().formatHex(found)).isEqualTo(HexFormat.of().formatHex(expected));
        assertThat(packet.transport).isEqualTo(expected[0] >>> 4 == 4 ? (expected[0] & 15) << 2 : 40);
    }
}
