package org.conntwin.tracker.userspace.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 packets that end within a fragment header, as Linux 6.18 was seen to take them. */
final class CutFragmentHeaderTest {
    private static final int PROTOCOL = 99;
    private static final int NO_NEXT_HEADER = 59;

    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7})
    void whatHoldsTheOffsetIsPassedOver(int there) {
        assertThat(fate(there, PROTOCOL)).isEqualTo(Defragmenter.Fate.PASSES);
        assertThat(reader.unfragmented(packet)).isEqualTo(PacketShape.WHOLE);
        assertThat(packet.key.protocol).isEqualTo(PROTOCOL);
        assertThat(packet.transportLength()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void lessIsDropped(int there) {
        assertThat(fate(there, PROTOCOL)).isEqualTo(Defragmenter.Fate.DROPPED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7})
    void soIsOneWithNothingBehindIt(int there) {
        assertThat(fate(there, NO_NEXT_HEADER)).isEqualTo(Defragmenter.Fate.DROPPED);
    }

    @Test
    void inAnEmptyPacketNobodyLooksForIt() {
        assertThat(read(0, PROTOCOL)).isEqualTo(PacketShape.MALFORMED);
    }

    private Defragmenter.Fate fate(int there, int next) {
        assertThat(read(there, next)).isEqualTo(PacketShape.FRAGMENT);
        return new Defragmenter(reader, part -> {}).add(packet, 0, 1);
    }

    private PacketShape read(int there, int next) {
        byte[] bytes = new byte[40 + there];
        bytes[0] = 0x60;
        bytes[5] = (byte) there;
        bytes[6] = 44;
        if (there > 0) {
            bytes[40] = (byte) next;
        }
        return reader.read(bytes, 0, bytes.length, bytes.length, packet);
    }
}
