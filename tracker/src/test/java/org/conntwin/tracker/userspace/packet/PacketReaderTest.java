package org.conntwin.tracker.userspace.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.TestPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PacketReaderTest {
    private static final String A = "10.1.0.2";
    private static final String B = "10.2.0.2";
    private static final String A6 = "fd01::2";
    private static final String B6 = "fd02::2";

    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();

    @Test
    void readsAnIpv4PacketWithOptionsInTheMiddleOfABuffer() {
        byte[] bytes =
                Packets.udp(A, 1000, B, 53).payload(20).ipOptions(1, 1, 1, 1, 1).bytes();
        byte[] buffer = new byte[200];
        System.arraycopy(bytes, 0, buffer, 7, bytes.length);
        assertThat(reader.read(buffer, 7, bytes.length, bytes.length, packet)).isEqualTo(PacketShape.WHOLE);
        assertThat(packet.transport).isEqualTo(7 + 28);
        assertThat(packet.transportLength()).isEqualTo(28);
        assertThat(packet.u16(packet.transport)).isEqualTo(1000);
        assertThat(packet.family()).isEqualTo(Family.IPV4);
        assertThat(packet.key.protocol).isEqualTo(Protocol.UDP);
        assertThat(packet.key.tuple().sourceLow()).isEqualTo(0x0a010002);
        assertThat(packet.key.tuple().destinationLow()).isEqualTo(0x0a020002);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesPaddingOut(boolean six) {
        byte[] bytes = udp(six).bytes();
        byte[] padded = Arrays.copyOf(bytes, bytes.length + 18);
        assertThat(read(padded)).isEqualTo(PacketShape.WHOLE);
        assertThat(packet.length).isEqualTo(bytes.length);
        assertThat(packet.transportLength()).isEqualTo(28);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsAPacketThatTheCaptureCutFromOneThatClaimsTooMuch(boolean six) {
        byte[] bytes = udp(six).bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThat(reader.read(cut, 0, length, bytes.length, packet)).isEqualTo(PacketShape.CUT);
            assertThat(reader.read(cut, 0, length, length, packet)).isEqualTo(PacketShape.MALFORMED);
            // What the header claims was not there on the wire either.
            assertThat(reader.read(cut, 0, length, bytes.length - 1, packet))
                    .isEqualTo(length < (six ? 40 : 20) ? PacketShape.CUT : PacketShape.MALFORMED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x55, version 5",
        "0, 0x05, version 0",
        "0, 0xc5, version 12",
        "0, 0x44, header of 16 bytes",
        "0, 0x4f, header beyond the packet",
        "3, 19, length below the header",
        "10, 1, checksum of the header",
    })
    void refusesAnIpv4HeaderThatTheKernelRefuses(int index, String value, String what) {
        byte[] bytes = Packets.any(99, A, B).payload(8).bytes();
        bytes[index] = Integer.decode(value).byteValue();
        if (index != 10) {
            seal(bytes);
        }
        assertThat(read(bytes)).as(what).isEqualTo(PacketShape.MALFORMED);
    }

    @Test
    void takesAWrongHeaderChecksumWhereNoneIsVerified() {
        byte[] bytes = udp(false).bytes();
        bytes[10]++;
        assertThat(new PacketReader(false).read(bytes, 0, bytes.length, bytes.length, packet))
                .isEqualTo(PacketShape.WHOLE);
    }

    @Test
    void holdsTheLayerBelowToItsWord() {
        byte[] four = udp(false).bytes();
        byte[] six = udp(true).bytes();
        assertThat(reader.readIpv6(four, 0, four.length, four.length, packet)).isEqualTo(PacketShape.MALFORMED);
        assertThat(reader.readIpv4(six, 0, six.length, six.length, packet)).isEqualTo(PacketShape.MALFORMED);
    }

    @Test
    void describesAnIpv4Fragment() {
        byte[] bytes = udp(false).identification(0xabcd).bytes();
        bytes[6] = 0x20;
        bytes[7] = 3;
        seal(bytes);
        assertThat(read(bytes)).isEqualTo(PacketShape.FRAGMENT);
        assertThat(reader.fragment.identification).isEqualTo(0xabcd);
        assertThat(reader.fragment.offset).isEqualTo(24);
        assertThat(reader.fragment.more).isTrue();
        assertThat(reader.fragment.data).isEqualTo(20);
        bytes[6] = 0x40; // do not fragment
        bytes[7] = 0;
        seal(bytes);
        assertThat(read(bytes)).isEqualTo(PacketShape.WHOLE);
    }

    /** Answers of Linux 6.18 to the same packets. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0  | 11 00 0104 00000000                                | WHOLE     | 17 | 48",
                "60 | 00 00 0104 00000000 2b 00 0104 00000000 11 00 0000 00000000 | WHOLE | 17 | 64",
                "51 | 63 04 0000 00000001 00000002 000000000000000000000000 | WHOLE  | 99 | 64",
                "60 | 63 05 0000 00000000                                | WHOLE     | 99 | 76",
                "59 | ''                                                 | MALFORMED | 0  | 0",
                "60 | 3b 00 0104 00000000                                | MALFORMED | 0  | 0",
                "44 | 11 00 0001 00000007                                | FRAGMENT  | 0  | 0",
                "44 | 11 00 0000 00000007                                | FRAGMENT  | 0  | 0",
                "60 | 2c 00 0104 00000000 11 00 0058 00000007            | FRAGMENT  | 0  | 0",
                "135| 11 00 0104 00000000                                | WHOLE     | 135| 40",
            })
    void walksExtensionHeadersAsTheKernelDoes(int first, String headers, String shape, int protocol, int transport) {
        byte[] bytes = Packets.udp(A6, 1000, B6, 53)
                .payload(20)
                .extensions(first, numbers(headers))
                .bytes();
        assertThat(read(bytes)).hasToString(shape);
        if (shape.equals("WHOLE")) {
            assertThat(packet.key.protocol).isEqualTo(protocol);
            assertThat(packet.transport).isEqualTo(Math.min(transport, bytes.length));
        }
    }

    @Test
    void leavesACutFragmentHeaderToTheDefragmentation() {
        for (int length = 1; length <= 8; length++) {
            byte[] bytes = Packets.any(44, A6, B6).payload(length).bytes();
            assertThat(read(bytes)).isEqualTo(PacketShape.FRAGMENT);
            assertThat(reader.fragment.cut).isEqualTo(length < 8);
        }
    }

    @Test
    void findsNoTransportWhereAnExtensionHeaderIsCut() {
        assertThat(read(Packets.any(44, A6, B6).payload(0).bytes())).isEqualTo(PacketShape.MALFORMED);
        for (int length = 0; length < 2; length++) {
            byte[] bytes = Packets.any(60, A6, B6).payload(length).bytes();
            assertThat(read(bytes)).isEqualTo(PacketShape.MALFORMED);
        }
    }

    @Test
    void describesAnIpv6Fragment() {
        byte[] bytes = Packets.udp(A6, 1000, B6, 53)
                .extensions(60, numbers("2c 00 0104 00000000 11 00 0059 01020304"))
                .bytes();
        assertThat(read(bytes)).isEqualTo(PacketShape.FRAGMENT);
        assertThat(reader.fragment.identification).isEqualTo(0x01020304);
        assertThat(reader.fragment.offset).isEqualTo(0x58);
        assertThat(reader.fragment.more).isTrue();
        assertThat(reader.fragment.header).isEqualTo(48);
        assertThat(reader.fragment.nextHeader).isEqualTo(40);
        assertThat(reader.fragment.data).isEqualTo(56);
        assertThat(reader.unfragmented(packet)).isEqualTo(PacketShape.MALFORMED);
    }

    @Test
    void takesAJumbogramAsFarAsItGoes() {
        byte[] bytes = Packets.udp(A6, 1000, B6, 53)
                .payload(20)
                .extensions(0, numbers("11 00 c204 00011170"))
                .bytes();
        bytes[4] = 0;
        bytes[5] = 0;
        assertThat(read(bytes)).isEqualTo(PacketShape.WHOLE);
        assertThat(packet.length).isEqualTo(bytes.length);
    }

    @Test
    void neverThrowsAndNeverLooksBeyondThePacket() {
        Random random = new Random(11);
        byte[][] seeds = {
            udp(false).bytes(),
            udp(true).bytes(),
            Packets.udp(A6, 1, B6, 2)
                    .extensions(
                            0, numbers("3c 00 0104 00000000 33 00 0104 00000000 11 01 0000 00000001 0000000000000000"))
                    .bytes(),
        };
        for (int i = 0; i < 200_000; i++) {
            byte[] seed = seeds[i % seeds.length];
            byte[] bytes = Arrays.copyOf(seed, random.nextInt(seed.length + 1));
            for (int changes = random.nextInt(6); changes > 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(Math.min(bytes.length, 64))] = (byte) random.nextInt();
            }
            PacketShape shape = new PacketReader(false).read(bytes, 0, bytes.length, bytes.length, packet);
            if (shape == PacketShape.WHOLE) {
                assertThat(packet.transport).isBetween(0, packet.start + packet.length);
                assertThat(packet.start + packet.length).isLessThanOrEqualTo(bytes.length);
            }
        }
    }

    private static TestPacket<?> udp(boolean six) {
        return Packets.udp(six ? A6 : A, 1000, six ? B6 : B, 53).payload(20);
    }

    private PacketShape read(byte[] bytes) {
        return reader.read(bytes, 0, bytes.length, bytes.length, packet);
    }

    private static void seal(byte[] bytes) {
        bytes[10] = 0;
        bytes[11] = 0;
        int sum = Checksums.of(bytes, 0, Math.min(bytes.length, (bytes[0] & 15) << 2), 0);
        bytes[10] = (byte) (sum >>> 8);
        bytes[11] = (byte) sum;
    }

    private static int[] numbers(String hex) {
        String digits = hex.replace(" ", "");
        int[] numbers = new int[digits.length() / 2];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.parseInt(digits, 2 * i, 2 * i + 2, 16);
        }
        return numbers;
    }
}
