package org.conntwin.tracker.userspace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.icmp;

import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries of ICMP and ICMPv6, and what Linux 6.18 was seen to do with every type. */
class IcmpQueriesTest {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";
    private static final String A6 = "fd00::1";
    private static final String B6 = "fd00::2";

    private final Scenario scenario = new Scenario();

    @ParameterizedTest
    @CsvSource({"8, 0", "13, 14", "15, 16", "17, 18"})
    void aQueryBeginsAFlowThatItsAnswerBelongsTo(int query, int answer) {
        assertThat(scenario.send(icmp(A, B, query, 0).id(5))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(icmp(B, A, answer, 0).id(6))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(icmp(B, A, answer, 0).id(5))).isEqualTo("ACCEPT ESTABLISHED reply");
        assertThat(scenario.send(icmp(A, B, query, 0).id(5))).isEqualTo("ACCEPT ESTABLISHED original");

        assertThat(scenario.table())
                .containsExactly("icmp     1 30 src=10.0.0.1 dst=10.0.0.2 type=" + query
                        + " code=0 id=5 src=10.0.0.2 dst=10.0.0.1 type=" + answer + " code=0 id=5 mark=0");
    }

    @ParameterizedTest
    @CsvSource({"128, 129", "139, 140"})
    void theSameInIpv6(int query, int answer) {
        assertThat(scenario.send(icmp(A6, B6, query, 0).id(5))).isEqualTo("ACCEPT NEW original");
        assertThat(scenario.send(icmp(B6, A6, answer, 0).id(5))).isEqualTo("ACCEPT ESTABLISHED reply");

        assertThat(scenario.table()).singleElement().asString().startsWith("icmpv6   58 30 ");
    }

    @Test
    void otherTypesBeginNoFlow() {
        for (int type = 0; type < 256; type++) {
            if (type != 8 && type != 13 && type != 15 && type != 17) {
                assertThat(scenario.send(icmp(A, B, type, 0).id(type).payload(48)))
                        .as("type %d", type)
                        .isEqualTo("ACCEPT INVALID -");
            }
        }
        assertThat(scenario.tracker().table().count()).isZero();
    }

    @Test
    void discoveryIsUntrackedAndOtherTypesOfIpv6BeginNoFlow() {
        for (int type = 0; type < 256; type++) {
            String verdict = switch (type) {
                case 128, 139 -> "ACCEPT NEW original";
                case 130, 131, 132, 133, 134, 135, 136, 143, 151, 152 -> "ACCEPT UNTRACKED -";
                default -> "ACCEPT INVALID -";
            };
            assertThat(scenario.send(icmp(A6, B6, type, 0).id(type).payload(48)))
                    .as("type %d", type)
                    .isEqualTo(verdict);
        }
        assertThat(scenario.tracker().table().count()).isEqualTo(2);
    }

    @Test
    void theCodeIsPartOfTheFlow() {
        scenario.send(icmp(A, B, 8, 3).id(5));

        assertThat(scenario.send(icmp(B, A, 0, 0).id(5))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(icmp(B, A, 0, 3).id(5))).isEqualTo("ACCEPT ESTABLISHED reply");
    }

    @Test
    void bothDirectionsKeepItAliveAndItIsNeverAssured() {
        scenario.send(icmp(A, B, 8, 0).id(5));
        scenario.after(20).send(icmp(B, A, 0, 0).id(5));
        scenario.after(29);
        assertThat(scenario.table()).singleElement().asString().doesNotContain("ASSURED");

        assertThat(scenario.after(1).table()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2, 8", "fd00::1, fd00::2, 128", "fd00::1, fd00::2, 135"})
    void aWrongChecksumIsInvalidAlsoOfWhatIsUntracked(String source, String destination, int type) {
        assertThat(scenario.send(icmp(source, destination, type, 0).spoiled())).isEqualTo("ACCEPT INVALID -");
    }

    @Test
    void aMessageOfTheOtherFamilyIsInvalid() {
        byte[] echo = {8, 0, (byte) 0xf7, (byte) 0xfe, 0, 0, 0, 1};
        byte[] discovery = {(byte) 135, 0, 0, 0, 0, 0, 0, 0};

        assertThat(scenario.send(Packets.any(1, A6, B6).payload(echo))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(Packets.any(58, A, B).payload(discovery))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(Packets.any(1, A, B).payload(new byte[7]))).isEqualTo("ACCEPT INVALID -");
        assertThat(scenario.send(Packets.any(58, A6, B6).payload(new byte[7]))).isEqualTo("ACCEPT INVALID -");
    }
}
