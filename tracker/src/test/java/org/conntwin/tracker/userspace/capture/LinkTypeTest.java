package org.conntwin.tracker.userspace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LinkTypeTest {
    private static final String MACS = "020000000001020000000002";

    @ParameterizedTest
    @CsvSource({
        "1, 0800 45, IPV4, 14",
        "1, 86dd 60, IPV6, 14",
        "1, 0806 00, OTHER, 14",
        "1, 0026 424203, OTHER, 14",
        "1, 8100 0005 0800 45, IPV4, 18",
        "1, 88a8 0005 8100 0006 86dd 60, IPV6, 22",
        "1, 9100 0005 9200 0001 0800 45, IPV4, 22",
        "1, 8100 0005 0806 45, OTHER, 18",
        "1, 0800, IPV4, 14",
        "1, 8100 00, OTHER, 0",
    })
    void followsTheTypesOfEthernet(int link, String behind, Network network, int at) {
        assertLocated(link, MACS + behind, 0, network, at);
    }

    @ParameterizedTest
    @CsvSource({
        "101, 45, IP, 0",
        "12, 60, IP, 0",
        "14, 45, IP, 0",
        "228, 45, IPV4, 0",
        "229, 60, IPV6, 0",
        "113, 0000 0001 0006 0200000000010000 0800 45, IPV4, 16",
        "113, 0000 0001 0006 0200000000010000 8100 0001 86dd 60, IPV6, 20",
        "113, 0000 0001 0006 0200000000010000 0806 60, OTHER, 16",
        "276, 0800 0000 00000001 0001 00 06 0200000000010000 45, IPV4, 20",
        "276, 86dd 0000 00000001 0001 00 06 0200000000010000 60, IPV6, 20",
        "0, 02000000 45, IPV4, 4",
        "0, 00000002 45, IPV4, 4",
        "0, 1e000000 60, IPV6, 4",
        "0, 0000001c 60, IPV6, 4",
        "0, 18000000 60, IPV6, 4",
        "0, 0a000000 60, IPV6, 4",
        "0, 07000000 60, OTHER, 4",
        "108, 00000002 45, IPV4, 4",
        "108, 00000018 60, IPV6, 4",
        "0, 0200, OTHER, 0",
    })
    void findsTheIpHeaderOfTheOthers(int link, String bytes, Network network, int at) {
        assertLocated(link, bytes, 0, network, at);
    }

    @ParameterizedTest
    @CsvSource({"1, 0200", "1, 0200000000010200000000028100", "113, 00", "276, 08", "0, 02", "101, ''"})
    void tellsWhatTheCaptureCut(int link, String bytes) {
        assertLocated(link, bytes, 100, Network.CUT, 0);
    }

    private static void assertLocated(int link, String hex, int cut, Network network, int at) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        Frame frame = new Frame();
        frame.start = 3;
        frame.bytes = new byte[3 + bytes.length];
        System.arraycopy(bytes, 0, frame.bytes, 3, bytes.length);
        frame.captured = bytes.length;
        frame.wire = bytes.length + cut;
        assertThat(Objects.requireNonNull(LinkType.of(link)).locate(frame)).isEqualTo(network);
        if (network != Network.CUT && at > 0) {
            assertThat(frame.network).isEqualTo(3 + at);
        }
    }
}
