package org.conntwin.tracker.userspace.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.conntwin.tracker.testing.CaptureBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CaptureReaderTest {
    private static final byte[] ONE = {0x45, 1, 2, 3, 4};
    private static final byte[] TWO = {0x60, 9};
    private static final long TIME = 1_700_000_000_123_456_789L;

    /** What a reader said of a file: its records, and why it stopped early, if it did. */
    private record Read(List<String> records, String error) {}

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void readsPcapInBothByteOrdersAndUnits(boolean little, boolean nanoseconds) {
        byte[] file = CaptureBytes.pcap(101, little ? LITTLE_ENDIAN : BIG_ENDIAN, nanoseconds)
                .record(TIME, ONE)
                .record(TIME + 2_000_000_000L, TWO, 1500)
                .bytes();
        String fraction = nanoseconds ? "123456789" : "123456000";
        assertThat(read(file))
                .isEqualTo(new Read(
                        List.of(
                                "1700000000." + fraction + " RAW 4501020304 of 5",
                                "1700000002." + fraction + " RAW 6009 of 1500"),
                        ""));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsTheBlocksOfPcapng(boolean little) {
        CaptureBytes file = CaptureBytes.pcapng(little ? LITTLE_ENDIAN : BIG_ENDIAN);
        byte[] nanoseconds = file.option(9, (byte) 9);
        file.block(0x0bad, new byte[300_000])
                .description(1, 0)
                .description(101, 65535, join(file.option(2, (byte) 'x'), nanoseconds, file.option(0)))
                .packet(1, TIME, ONE, 5)
                .packet(0, TIME / 1000, TWO, 60)
                .oldPacket(1, TIME + 1, TWO)
                .simplePacket(ONE, 5);
        assertThat(read(file.bytes()))
                .isEqualTo(new Read(
                        List.of(
                                "1700000000.123456789 RAW 4501020304 of 5",
                                "1700000000.123456000 ETHERNET 6009 of 60",
                                "1700000000.123456790 RAW 6009 of 2",
                                "1700000000.123456790 ETHERNET 4501020304 of 5"),
                        ""));
    }

    @Test
    void forgetsInterfacesAndOrderWithEverySection() {
        byte[] file = join(
                CaptureBytes.pcapng(LITTLE_ENDIAN)
                        .description(1, 0)
                        .packet(0, 1, ONE, 5)
                        .bytes(),
                CaptureBytes.pcapng(BIG_ENDIAN)
                        .description(101, 0)
                        .packet(0, 2_000_000, TWO, 2)
                        .bytes(),
                CaptureBytes.pcapng(LITTLE_ENDIAN).packet(0, 3, TWO, 2).bytes());
        Read read = read(file);
        assertThat(read.records).containsExactly("0.000001000 ETHERNET 4501020304 of 5", "2.000000000 RAW 6009 of 2");
        assertThat(read.error)
                .matches("file: damaged at offset \\d+: a packet of interface 0, which nothing describes");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 7, 7.000000000",
        "3, 7001, 7.001000000",
        "6, 7000001, 7.000001000",
        "9, 7000000001, 7.000000001",
        "12, 7000000001999, 7.000000001",
        "19, 15000000000000000000, 1.500000000",
        "128, 7, 7.000000000",
        "138, 7169, 7.000976562",
        "158, 7516192769, 7.000000000",
        "160, 32212254720, 7.500000000",
        "191, 13835058055282163712, 1.500000000",
    })
    void countsTimeAsTheInterfaceDoes(int resolution, String ticks, String time) {
        CaptureBytes file = CaptureBytes.pcapng(LITTLE_ENDIAN);
        file.description(101, 0, file.option(9, (byte) resolution)).packet(0, Long.parseUnsignedLong(ticks), TWO, 2);
        assertThat(read(file.bytes()).records).containsExactly(time + " RAW 6009 of 2");
    }

    @Test
    void addsTheOffsetOfAnInterfaceAndKeepsTimesWithinRange() {
        CaptureBytes file = CaptureBytes.pcapng(LITTLE_ENDIAN);
        byte[] offset = {100, 0, 0, 0, 0, 0, 0, 0};
        byte[] before = {-100, -1, -1, -1, -1, -1, -1, -1};
        file.description(101, 0, file.option(14, offset))
                .description(101, 0, file.option(14, before))
                .description(101, 0, file.option(9, (byte) 0))
                .packet(0, 1_500_000, TWO, 2)
                .packet(1, 1_500_000, TWO, 2)
                .packet(2, -1, TWO, 2);
        List<String> records = read(file.bytes()).records;
        assertThat(records.get(0)).startsWith("101.500000000 ");
        assertThat(records.get(1)).startsWith("0.500000000 ");
        assertThat(records.get(2)).startsWith("4611686018.");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 84, 200})
    void refusesClocksThatCountTooFinely(int resolution) {
        CaptureBytes file = CaptureBytes.pcapng(LITTLE_ENDIAN);
        file.description(101, 0, file.option(9, (byte) resolution));
        assertThat(read(file.bytes()).error).contains("resolution of " + resolution);
    }

    @Test
    void cutsSimplePacketsAtTheSnapLengthOfTheirInterface() {
        byte[] file = CaptureBytes.pcapng(LITTLE_ENDIAN)
                .description(101, 3)
                .simplePacket(new byte[] {1, 2, 3}, 90)
                .bytes();
        assertThat(read(file).records).containsExactly("0.000000000 RAW 010203 of 90");
    }

    @Test
    void givesWhatCanBeReadOfEveryTruncation() {
        byte[] pcap = CaptureBytes.pcap(101).record(1, ONE).record(2, TWO).bytes();
        byte[] pcapng = CaptureBytes.pcapng(BIG_ENDIAN)
                .description(101, 0)
                .packet(0, 1, ONE, 5)
                .simplePacket(TWO, 2)
                .oldPacket(0, 1, TWO)
                .bytes();
        // Between two records, and between two blocks, nothing is missing.
        assertThat(wholeTruncations(pcap)).isEqualTo(2);
        assertThat(wholeTruncations(pcapng)).isEqualTo(4);
    }

    /** How many of a file's beginnings are read without an error; each gives a beginning of its records. */
    private static int wholeTruncations(byte[] file) {
        List<String> whole = read(file).records;
        int without = 0;
        for (int length = 0; length < file.length; length++) {
            Read read = read(Arrays.copyOf(file, length));
            assertThat(read.records).isEqualTo(whole.subList(0, read.records.size()));
            without += read.error.isEmpty() ? 1 : 0;
            assertThat(read.error).matches("|file: empty; not a capture|file: truncated at offset \\d+: .*");
        }
        return without;
    }

    @Test
    void staysWithItsErrorWhateverTheBytesAre() {
        byte[] pcap = CaptureBytes.pcap(1)
                .record(1, ONE)
                .record(2, TWO)
                .record(3, new byte[90])
                .bytes();
        byte[] pcapng = CaptureBytes.pcapng(LITTLE_ENDIAN)
                .description(1, 0)
                .packet(0, 1, ONE, 5)
                .packet(0, 1, new byte[90], 5)
                .bytes();
        Random random = new Random(5);
        int wrong = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] file = (i % 2 == 0 ? pcap : pcapng).clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            wrong += read(file).error.isEmpty() ? 0 : 1;
        }
        assertThat(wrong).isGreaterThan(300);
    }

    @Test
    void refusesRecordsLargerThanAnyPacket() {
        byte[] file = CaptureBytes.pcap(101, BIG_ENDIAN, false)
                .record(1, ONE)
                .record(2, new byte[300_000])
                .bytes();
        Read read = read(file);
        assertThat(read.records).hasSize(1);
        assertThat(read.error)
                .isEqualTo("file: damaged at offset 45: a record of 300000 bytes is larger than any packet");
    }

    @Test
    void comparesTheTwoLengthsOfABlock() {
        byte[] file = CaptureBytes.pcapng(LITTLE_ENDIAN)
                .description(101, 0)
                .packet(0, 1, TWO, 2)
                .packet(0, 1, TWO, 2)
                .bytes();
        file[28 + 20 + 36 - 4]++;
        Read read = read(file);
        assertThat(read.records).hasSize(1);
        assertThat(read.error)
                .isEqualTo("file: damaged at offset 48: the block says 36 bytes at its start and 37 at its end");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1f8b0800 | file: compressed with gzip; unpack it, or pipe zcat into replay -",
                "68656c6c | file: not a capture; pcap and pcapng are understood",
                "a1b2 | file: truncated at offset 0: the magic number takes 4 bytes, 2 are left",
            })
    void saysWhatIsNoCapture(String hex, String error) {
        assertThat(read(HexFormat.of().parseHex(hex)).error).isEqualTo(error);
    }

    @Test
    void namesALinkTypeThatItDoesNotKnow() {
        assertThat(read(CaptureBytes.pcap(105).bytes()).error)
                .startsWith("file: link type 105 at offset 20 is not understood");
        Read read = read(CaptureBytes.pcapng(LITTLE_ENDIAN)
                .description(101, 0)
                .description(105, 0)
                .packet(0, 1, TWO, 2)
                .packet(1, 1, TWO, 2)
                .bytes());
        assertThat(read.records).hasSize(1);
        assertThat(read.error).startsWith("file: link type 105 at offset 104 is not understood");
    }

    @Test
    void readsFromAStreamThatGivesFewBytesAtATime() throws Exception {
        CaptureBytes file = CaptureBytes.pcap(101);
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            file.record(i, bytes);
        }
        byte[] whole = file.bytes();
        InputStream slow = new ByteArrayInputStream(whole) {
            @Override
            public synchronized int read(byte[] bytes, int from, int length) {
                return super.read(bytes, from, Math.min(length, 1 + random.nextInt(700)));
            }
        };
        assertThat(read(CaptureReader.open(slow, "file"))).isEqualTo(read(whole));
    }

    @Test
    void closesAFileThatIsNone() {
        boolean[] closed = new boolean[1];
        InputStream stream = new ByteArrayInputStream(new byte[4]) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThatThrownBy(() -> CaptureReader.open(stream, "file")).isInstanceOf(CaptureException.class);
        assertThat(closed[0]).isFalse(); // whoever opened the stream closes it
    }

    private static Read read(byte[] file) {
        try {
            return read(CaptureReader.open(new ByteArrayInputStream(file), "file"));
        } catch (CaptureException refused) {
            return new Read(List.of(), String.valueOf(refused.getMessage()));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Read read(CaptureReader reader) throws IOException {
        List<String> records = new ArrayList<>();
        Frame frame = new Frame();
        try (reader) {
            while (reader.next(frame)) {
                records.add(String.format(
                        "%d.%09d %s %s of %d",
                        frame.time / 1_000_000_000L,
                        frame.time % 1_000_000_000L,
                        frame.link,
                        HexFormat.of().formatHex(frame.bytes, frame.start, frame.start + frame.captured),
                        frame.wire));
            }
        } catch (CaptureException damaged) {
            return new Read(records, String.valueOf(damaged.getMessage()));
        }
        return new Read(records, "");
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
