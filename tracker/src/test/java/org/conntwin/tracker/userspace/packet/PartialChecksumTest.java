package org.conntwin.tracker.userspace.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.conntwin.tracker.model.Protocol;
import org.junit.jupiter.api.Test;

/** Datagrams as a sender leaves them to its network card: the field holds no more than the pseudo header's sum. */
class PartialChecksumTest {
    private static final String IPV4_UDP = "45000021000040004011f6c80a4d01020a4d02021389138a000dffff68656c6c6f";
    private static final String IPV6_TCP = "600000000016064020010db8000000000000000000000001"
            + "20010db80000000000000000000000021389005000000001000000005002fa00abcd00006869";

    private static Packet read(String hex) {
        Packet packet = new Packet();
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(new PacketReader(false).read(bytes, 0, bytes.length, bytes.length, packet))
                .isEqualTo(PacketShape.WHOLE);
        return packet;
    }

    @Test
    void theChecksumIsRightAfterItWasCompleted() {
        Packet udp = read(IPV4_UDP);
        assertThat(Checksums.transportValid(udp, Protocol.UDP)).isFalse();
        PartialChecksum.complete(udp);
        assertThat(Checksums.transportValid(udp, Protocol.UDP)).isTrue();

        Packet tcp = read(IPV6_TCP);
        assertThat(Checksums.transportValid(tcp, Protocol.TCP)).isFalse();
        PartialChecksum.complete(tcp);
        assertThat(Checksums.transportValid(tcp, Protocol.TCP)).isTrue();
    }

    @Test
    void whatIsLeftHoldsThePseudoHeadersSum() {
        Packet udp = read(IPV4_UDP);
        int before = udp.u16(udp.transport + 6);
        PartialChecksum.complete(udp);
        assertThat(udp.u16(udp.transport + 6)).isNotEqualTo(before);

        PartialChecksum.leave(udp);

        // 0a4d:0102 + 0a4d:0202 + 17 + 13
        assertThat(udp.u16(udp.transport + 6)).isEqualTo(0x0a4d + 0x0102 + 0x0a4d + 0x0202 + 17 + 13);
        PartialChecksum.complete(udp);
        assertThat(Checksums.transportValid(udp, Protocol.UDP)).isTrue();
    }

    @Test
    void whatIsTrustedIsNotJudged() {
        Packet udp = read(IPV4_UDP);
        udp.trusted = true;
        assertThat(Checksums.transportValid(udp, Protocol.UDP)).isTrue();
        assertThat(Checksums.plainValid(udp)).isTrue();
    }
}
