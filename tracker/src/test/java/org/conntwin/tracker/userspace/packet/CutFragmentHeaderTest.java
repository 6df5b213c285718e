package org.conntwin.tracker.userspace.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 packets that end within a fragment header, as Linux 6.18 was seen to take them. */
final class CutFragmentHeaderTest {
    private static final int PROTOCOL = 99;

    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7})
    void whatHoldsTheOffsetIsPassedOver(int there) {
        assertThat(read(there)).isEqualTo(PacketShape.WHOLE);
        assertThat(packet.key.protocol).isEqualTo(PROTOCOL);
        assertThat(packet.transportLength()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void lessIsMalformed(int there) {
        assertThat(read(there)).isEqualTo(PacketShape.MALFORMED);
    }

    @Test
    void aWholeOneMakesAFragment() {
        assertThat(read(8)).isEqualTo(PacketShape.FRAGMENT);
    }

    private PacketShape read(int there) {
        byte[] bytes = new byte[40 + there];
        bytes[0] = 0x60;
        bytes[5] = (byte) there;
        bytes[6] = 44;
        if (there > 0) {
            bytes[40] = PROTOCOL;
        }
        return reader.read(bytes, 0, bytes.length, bytes.length, packet);
    }
}
