package org.conntwin.tracker.userspace.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.tracker.testing.Packets.tcp;
import static org.conntwin.tracker.testing.Packets.udp;

import java.util.HashSet;
import java.util.Set;
import org.conntwin.tracker.testing.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UniqueTupleTest {
    private static final String CLIENT = "10.0.1.2";
    private static final String OTHER = "10.0.1.3";
    private static final String SERVER = "10.0.9.9";
    private static final String SECOND = "10.0.9.8";
    private static final String GATE = "10.0.2.1";

    @ParameterizedTest
    @CsvSource({"1,1,511", "511,1,511", "512,600,1023", "1023,600,1023", "1024,1024,65535", "65535,1024,65535"})
    void aPortThatIsTakenIsReplacedByOneOfItsClass(int port, int first, int last) {
        Scenario scenario = Rules.scenario(Rules.source("10.0.1.0/24", GATE));

        assertThat(sourcePort(scenario, CLIENT, port, SERVER)).isEqualTo(port);
        assertThat(sourcePort(scenario, OTHER, port, SERVER))
                .isBetween(first, last)
                .isNotEqualTo(port);
    }

    @Test
    void aPortThatIsTakenTowardsOneServerIsFreeTowardsAnother() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.1.0/24", GATE));

        assertThat(sourcePort(scenario, CLIENT, 4000, SERVER)).isEqualTo(4000);
        assertThat(sourcePort(scenario, OTHER, 4000, SECOND)).isEqualTo(4000);
    }

    @Test
    void aSourceIsKnownByOnePortToAllServers() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.1.0/24", GATE, 20_000, 60_000));
        int port = sourcePort(scenario, CLIENT, 53, SERVER);

        for (int server = 1; server < 100; server++) {
            assertThat(sourcePort(scenario, CLIENT, 53, "10.0.8." + server)).isEqualTo(port);
        }
    }

    @Test
    void aSourceWhoseFlowsHaveEndedIsForgotten() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.1.0/24", GATE, 20_000, 60_000));
        int port = sourcePort(scenario, CLIENT, 53, SERVER);
        scenario.after(31);
        assertThat(scenario.table()).isEmpty();

        assertThat(sourcePort(scenario, CLIENT, 53, SERVER)).isNotEqualTo(port);
    }

    @Test
    void everyPortOfARangeIsFoundAndThenNone() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.0.0/16", GATE, 3_000, 3_099));
        Set<Integer> ports = new HashSet<>();

        for (int i = 0; i < 100; i++) {
            ports.add(sourcePort(scenario, "10.0.1." + (i + 1), 77, SERVER));
        }

        assertThat(ports).hasSize(100).allMatch(port -> port >= 3_000 && port < 3_100);
        assertThat(scenario.send(udp("10.0.2.200", 77, SERVER, 53).payload(1))).isEqualTo("DROP NEW original");
        assertThat(scenario.tracker().counters().insertFailed).isEqualTo(1);
    }

    @Test
    void theSearchInALargeRangeIsBounded() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.0.0/16", GATE, 3_000, 3_999));
        int dropped = 0;
        for (int i = 0; i < 1_000; i++) {
            String client = "10.0." + (i / 250 + 3) + "." + (i % 250 + 1);
            dropped += scenario.send(udp(client, 77, SERVER, 53).payload(1)).startsWith("DROP") ? 1 : 0;
        }

        // Nearly all are found; the last free ones among a thousand need not be met by 240 attempts.
        assertThat(scenario.table()).hasSize(1_000 - dropped).hasSizeGreaterThan(950);
    }

    @Test
    void aConnectionThatIsOverMakesRoomForASynThatIsAheadOfIt() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.1.0/24", GATE, 5_000, 5_001));
        for (int port = 5_000; port < 5_002; port++) {
            scenario.send(tcp(CLIENT, port, SERVER, 80).flags("S").seq(1_000));
            scenario.send(tcp(SERVER, 80, GATE, port).flags("SA").seq(9).ack(1_001));
            scenario.send(tcp(CLIENT, port, SERVER, 80).flags("A").seq(1_001).ack(10));
            scenario.send(tcp(CLIENT, port, SERVER, 80).flags("FA").seq(1_001).ack(10));
            scenario.send(tcp(SERVER, 80, GATE, port).flags("FA").seq(10).ack(1_002));
            scenario.send(tcp(CLIENT, port, SERVER, 80).flags("A").seq(1_002).ack(11));
        }
        scenario.events();

        assertThat(scenario.send(tcp(OTHER, 4_000, SERVER, 80).flags("S").seq(900)))
                .isEqualTo("DROP NEW original");
        assertThat(scenario.send(tcp(OTHER, 4_000, SERVER, 80).flags("S").seq(1_003)))
                .isEqualTo("ACCEPT NEW original");
        assertThat(scenario.events())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("[DESTROY] tcp      6 TIME_WAIT src=10.0.1.2"),
                        line -> assertThat(line).startsWith("    [NEW] tcp      6 120 SYN_SENT src=10.0.1.3"));
    }

    @Test
    void anAliveConnectionMakesNoRoom() {
        Scenario scenario = Rules.scenario(Rules.source("10.0.1.0/24", GATE, 5_000, 5_000));
        scenario.send(tcp(CLIENT, 5_000, SERVER, 80).flags("S").seq(1_000));

        assertThat(scenario.send(tcp(OTHER, 4_000, SERVER, 80).flags("S").seq(9_000)))
                .isEqualTo("DROP NEW original");
    }

    private static int sourcePort(Scenario scenario, String client, int port, String server) {
        String seen = scenario.translated(udp(client, port, server, 53).payload(4));
        assertThat(seen).startsWith(GATE + ":").endsWith(" > " + server + ":53");
        return Integer.parseInt(seen.substring(GATE.length() + 1, seen.indexOf(' ')));
    }
}
