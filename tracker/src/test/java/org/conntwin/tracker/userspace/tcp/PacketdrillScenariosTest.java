package org.conntwin.tracker.userspace.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The six scenarios of the kernel's own packetdrill test of connection tracking, as a router between the ends sees them. */
final class PacketdrillScenariosTest {
    private static final String INVALID = "ACCEPT INVALID -";
    private static final String NEW = "ACCEPT NEW original";
    private static final String FORTH = "ACCEPT ESTABLISHED original";
    private static final String BACK = "ACCEPT ESTABLISHED reply";

    private final Scenario scenario = new Scenario();
    private boolean six;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ackLossStall(boolean ipv6) {
        six = ipv6;
        // The peer connects to the host.
        expect(NEW, forth("S").seq(0).window(32_792).mss(1000));
        expect(BACK, back("SA").seq(0).ack(1).window(65_535).mss(1460));
        expect(FORTH, forth("A").seq(1).ack(1).window(65_535));
        for (int i = 0; i < 46; i++) {
            int from = 1 + 1460 * i;
            expect(FORTH, forth("A").seq(from).ack(1).window(257).payload(1460));
            expect(BACK, back("A").seq(1).ack(from + 1460).window(65_535));
        }
        expect(FORTH, forth("PA").seq(1).ack(1).window(257).payload(1460));
        expect(BACK, back("A").seq(1).ack(67_161).window(65_535));
        assertThat(scenario.tracker().counters().invalid).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inexactRst(boolean ipv6) {
        six = ipv6;
        open();
        threeThousandBytesBack();
        expect(FORTH, forth("PA").seq(1).ack(3001).window(65_535).payload(1000));
        expect(BACK, back("FA").seq(3001).ack(1001).window(65_535));
        expect(FORTH, forth("A").seq(1001).ack(3002).window(65_535));
        assertThat(scenario.table()).singleElement().asString().contains(" CLOSE_WAIT ");
        expect(FORTH, forth("RA").seq(1001).ack(3002).window(65_535));
        expect(BACK, back("R").seq(2001).window(0));
        assertThat(scenario.table()).singleElement().asString().contains(" CLOSE ");
        assertThat(scenario.tracker().counters().invalid).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rstInvalid(boolean ipv6) {
        six = ipv6;
        open();
        threeThousandBytesBack();
        for (int wrong : new int[] {0, 1_000_000, 42}) {
            expect(INVALID, back("R").seq(wrong).window(0));
            assertThat(scenario.table()).singleElement().asString().contains(" ESTABLISHED ");
        }
        expect(FORTH, forth("PA").seq(1).ack(3001).window(65_535).payload(1000));
        expect(BACK, back("A").seq(3001).ack(1001).window(65_535));
        expect(INVALID, back("RA").seq(3000).ack(1001).window(0));
        assertThat(scenario.table()).singleElement().asString().contains(" ESTABLISHED ");
        expect(BACK, back("RA").seq(3001).ack(1001).window(0));
        assertThat(scenario.table()).singleElement().asString().contains(" CLOSE ");
        assertThat(scenario.tracker().counters().invalid).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void synChallengeAck(boolean ipv6) {
        six = ipv6;
        expect(NEW, syn());
        expect(BACK, back("A").seq(145_824_453).ack(643_160_523).window(240));
        expect(FORTH, forth("R").seq(643_160_523).window(0));
        scenario.events();
        expect(NEW, syn());
        assertThat(scenario.events())
                .satisfiesExactly(
                        gone -> assertThat(gone).startsWith("[DESTROY] tcp      6 CLOSE "),
                        begun -> assertThat(begun).startsWith("    [NEW] tcp      6 120 SYN_SENT "));
        assertThat(scenario.table()).singleElement().asString().contains(" SYN_SENT ", "[UNREPLIED]");
        expect(BACK, back("SA").seq(0).ack(1).window(250).mss(1000));
        expect(FORTH, forth("A").seq(1).ack(1).window(65_535));
        assertThat(scenario.table()).singleElement().asString().contains(" ESTABLISHED ", "[ASSURED]");
        assertThat(scenario.tracker().counters().invalid).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void synackOld(boolean ipv6) {
        six = ipv6;
        expect(NEW, syn());
        expect(INVALID, back("SA").seq(145_824_453).ack(643_160_523).window(65_535));
        scenario.after(1);
        expect(NEW, syn());
        assertThat(scenario.table()).singleElement().asString().contains(" SYN_SENT ", "[UNREPLIED]");
        expect(BACK, back("SA").seq(145_758_918).ack(1).window(250).mss(1000));
        expect(FORTH, forth("A").seq(1).ack(145_758_919).window(65_535));
        assertThat(scenario.table()).singleElement().asString().contains(" ESTABLISHED ", "[ASSURED]");
        expect(FORTH, forth("PA").seq(1).ack(145_758_919).window(65_535).payload(1));
        assertThat(scenario.tracker().counters().invalid).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void synackReuse(boolean ipv6) {
        six = ipv6;
        expect(NEW, forth("S").seq(0).window(32_792).mss(1000).windowScale(7));
        expect(BACK, back("SA").seq(0).ack(1).window(65_535).mss(1460).windowScale(8));
        expect(FORTH, forth("A").seq(1).ack(1).window(257));
        expect(FORTH, forth("PA").seq(1).ack(1).window(257).payload(100));
        expect(BACK, back("A").seq(1).ack(101).window(256));
        scenario.after(1);
        expect(FORTH, forth("S").seq(2000).window(32_792).mss(1000).windowScale(7));
        expect(BACK, back("A").seq(1).ack(101).window(256));
        expect(FORTH, forth("RA").seq(101).ack(1).window(257));
        scenario.after(1.5);
        expect(NEW, forth("S").seq(2000).window(32_792).mss(1000).windowScale(0));
        expect(BACK, back("SA").seq(77_777).ack(2001).window(65_535).mss(1460).windowScale(8));
        assertThat(scenario.table()).singleElement().asString().contains(" SYN_RECV ");
        assertThat(scenario.tracker().counters().invalid).isZero();
    }

    private void open() {
        expect(NEW, syn());
        expect(BACK, back("SA").seq(0).ack(1).window(65_535));
        expect(FORTH, forth("A").seq(1).ack(1).window(65_535));
    }

    private void threeThousandBytesBack() {
        for (int i = 0; i < 3; i++) {
            expect(BACK, back("PA").seq(1 + 1000 * i).ack(1).window(65_535).payload(1000));
            expect(FORTH, forth("A").seq(1).ack(1001 + 1000 * i).window(65_535));
        }
    }

    private TcpPacket syn() {
        return forth("S").seq(0).window(65_535).mss(1460).sackPermitted().windowScale(8);
    }

    private void expect(String verdict, TcpPacket packet) {
        assertThat(scenario.send(packet)).isEqualTo(verdict);
    }

    private TcpPacket forth(String flags) {
        return Packets.tcp(six ? "fd00::1" : "10.0.0.1", 40_000, six ? "fd00::2" : "10.0.0.2", 8080)
                .flags(flags);
    }

    private TcpPacket back(String flags) {
        return Packets.tcp(six ? "fd00::2" : "10.0.0.2", 8080, six ? "fd00::1" : "10.0.0.1", 40_000)
                .flags(flags);
    }
}
