package org.conntwin.tracker.userspace.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.TestPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChecksumsTest {
    private final Packet packet = new Packet();

    @Test
    void sumsTheExampleOfRfc1071() {
        byte[] bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertThat(Checksums.of(bytes, 0, 8, 0)).isEqualTo(~0xddf2 & 0xffff);
    }

    @Test
    void sumsAnyLengthFromAnyIndex() {
        Random random = new Random(3);
        byte[] bytes = new byte[200];
        random.nextBytes(bytes);
        Arrays.fill(bytes, 100, 140, (byte) 0xff);
        for (int from = 0; from < 20; from++) {
            for (int length = 0; length < 180; length++) {
                long sum = 0;
                for (int i = 0; i < length; i++) {
                    sum += (long) (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
                }
                while (sum > 0xffff) {
                    sum = (sum >>> 16) + (sum & 0xffff);
                }
                assertThat(Checksums.of(bytes, from, length, 0)).isEqualTo((int) (~sum & 0xffff));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsRightFromWrongSums(boolean six) {
        String from = six ? "fd01::2" : "10.1.0.2";
        String to = six ? "fd02::ffff:2" : "10.2.0.2";
        for (int size : List.of(0, 1, 2, 7, 8, 1000, 1471)) {
            for (TestPacket<?> made : List.of(
                    Packets.tcp(from, 1000, to, 80).payload(size),
                    Packets.udp(from, 1000, to, 80).payload(size))) {
                read(made.bytes());
                assertThat(Checksums.transportValid(packet, packet.key.protocol))
                        .isTrue();
                read(made.spoiled().bytes());
                assertThat(Checksums.transportValid(packet, packet.key.protocol))
                        .isFalse();
            }
            TestPacket<?> echo = Packets.icmp(from, to, six ? 128 : 8, 0).payload(size);
            read(echo.bytes());
            assertThat(icmpValid(six)).isTrue();
            read(echo.spoiled().bytes());
            assertThat(icmpValid(six)).isFalse();
        }
    }

    @Test
    void sumsWhatUdpLiteCoversAndNoMore() {
        byte[] bytes = Packets.udpLite("10.1.0.2", 1, "10.2.0.2", 2)
                .payload(40)
                .length(20)
                .bytes();
        bytes[20 + 30]++;
        read(bytes);
        assertThat(Checksums.transportValid(packet, Protocol.UDPLITE, 20)).isTrue();
        assertThat(Checksums.transportValid(packet, Protocol.UDPLITE, 40)).isFalse();
        bytes[20 + 12]++;
        assertThat(Checksums.transportValid(packet, Protocol.UDPLITE, 20)).isFalse();
    }

    @Test
    void knowsTheChecksumOfSctp() {
        SctpChecksum checksum = new SctpChecksum();
        TestPacket<?> made = Packets.sctp("10.1.0.2", 1, "10.2.0.2", 2).payload(33);
        read(made.bytes());
        assertThat(checksum.valid(packet)).isTrue();
        assertThat(checksum.valid(packet)).isTrue();
        read(made.spoiled().bytes());
        assertThat(checksum.valid(packet)).isFalse();
        for (int length = 0; length < 12; length++) {
            read(Packets.any(Protocol.SCTP, "10.1.0.2", "10.2.0.2")
                    .payload(length)
                    .bytes());
            assertThat(checksum.valid(packet)).isFalse();
        }
    }

    private boolean icmpValid(boolean six) {
        return six ? Checksums.transportValid(packet, Protocol.ICMPV6) : Checksums.plainValid(packet);
    }

    private void read(byte[] bytes) {
        assertThat(new PacketReader(true).read(bytes, 0, bytes.length, bytes.length, packet))
                .isEqualTo(PacketShape.WHOLE);
    }
}
