package org.conntwin.tracker.userspace.helper.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FtpHelperTest {
    private static final String MASTER =
            "sport=0 dport=65535 master-src=10.1.0.9 master-dst=10.2.0.9 sport=4000 dport=21";

    static List<String> payloads() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/ftp/payloads.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void readsALineAsTheKernelDid(String recorded) {
        String[] words = recorded.split(" ", 4);
        String line =
                words[3].substring(1).replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
        ControlConnection control =
                new ControlConnection(ControlConnection.scenario(), Integer.parseInt(words[1]), 4000, 1, 1).greeted();

        String verdict = words[0].equals("client") ? control.client(line) : control.server(line);

        assertThat(verdict).startsWith(words[2].equals("drop") ? "DROP ESTABLISHED" : "ACCEPT ESTABLISHED");
        assertThat(control.expected()).isEqualTo(words[2].contains(">") ? List.of(words[2]) : List.of());
    }

    @Test
    void theExpectationIsToldAsTheKernelTellsIt() {
        ControlConnection control = new ControlConnection().greeted();

        control.client("PORT 10,1,0,9,200,11\r\n");
        control.scenario.after(1);
        control.scenario.send(
                Packets.tcp("10.2.0.9", 20, "10.1.0.9", 51211).flags("S").seq(77));

        assertThat(control.scenario.events())
                .containsExactly(
                        "    [NEW] 300 proto=6 src=10.2.0.9 dst=10.1.0.9 sport=0 dport=51211 mask-src=255.255.255.255"
                                + " mask-dst=255.255.255.255 " + MASTER + " class=0 helper=ftp",
                        "[DESTROY] 299 proto=6 src=10.2.0.9 dst=10.1.0.9 sport=0 dport=51211 mask-src=255.255.255.255"
                                + " mask-dst=255.255.255.255 " + MASTER + " class=0 helper=ftp",
                        "    [NEW] tcp      6 120 SYN_SENT src=10.2.0.9 dst=10.1.0.9 sport=20 dport=51211 [UNREPLIED]"
                                + " src=10.1.0.9 dst=10.2.0.9 sport=51211 dport=20");
    }

    @Test
    void whatIsSaidBeforeTheFirstLineEndsIsNotRead() {
        ControlConnection control = new ControlConnection();

        assertThat(control.client("PORT 10,1,0,9,200,11\r\n")).startsWith("ACCEPT");
        assertThat(control.expected()).isEmpty();
        assertThat(control.client("PORT 10,1,0,9,200,12\r\n")).startsWith("ACCEPT");
        assertThat(control.expected()).containsExactly("10.2.0.9>10.1.0.9:51212");
    }

    @Test
    void theMiddleOfALineIsNotRead() {
        ControlConnection control = new ControlConnection().greeted();

        assertThat(control.client("NOOP ")).startsWith("ACCEPT");
        assertThat(control.client("PORT 10,1,0,9,200,11\r\n")).startsWith("ACCEPT");

        assertThat(control.expected()).isEmpty();
    }

    @Test
    void aLineThatIsCutIsDroppedUntilItComesWhole() {
        ControlConnection control = new ControlConnection().greeted();

        assertThat(control.client("PORT 10,1,0,9,200\n")).isEqualTo("DROP ESTABLISHED original");
        assertThat(control.client("PORT 10,1,0,9,200,11\r\n")).startsWith("ACCEPT");

        assertThat(control.expected()).hasSize(1);
    }

    @Test
    void aLineThatComesAgainIsReadAgain() {
        ControlConnection control = new ControlConnection().greeted();
        long start = control.clientNext();
        control.client("PORT 10,1,0,9,200,11\r\n");
        control.scenario.events();

        control.clientAt(start, "PORT 10,1,0,9,200,11\r\n");

        assertThat(control.scenario.events())
                .extracting(line -> line.substring(0, 13))
                .containsExactly("[DESTROY] 300", "    [NEW] 300");
    }

    @Test
    void onlyTheTwoHighestLineStartsAreRemembered() {
        ControlConnection control = new ControlConnection().greeted();
        long third = control.clientNext();
        control.client("NOOP\r\n");
        long second = control.clientNext();
        control.client("NOOP\r\n");
        control.client("NOOP\r\n");

        control.clientAt(third, "PORT 10,1,0,9,200,11\r\n");
        assertThat(control.expected()).isEmpty();
        control.clientAt(second, "NOOP\r\n");
        control.clientAt(control.clientNext(), "PORT 10,1,0,9,200,12\r\n");
        assertThat(control.expected()).containsExactly("10.2.0.9>10.1.0.9:51212");
    }

    @Test
    void lineStartsGoOnBehindTheEndOfTheSequenceSpace() {
        ControlConnection control =
                new ControlConnection(ControlConnection.scenario(), 4, 4000, 0xffff_fff0L, 0xffff_ffffL).greeted();
        for (int i = 0; i < 5; i++) {
            assertThat(control.client("NOOP\r\n")).startsWith("ACCEPT");
        }

        control.client("PORT 10,1,0,9,200,11\r\n");
        control.server("227 (10,2,0,9,1,1)\r\n");

        assertThat(control.expected()).containsExactly("10.1.0.9>10.2.0.9:257");
    }

    @Test
    void anAddressThatAnotherMasterExpectsIsNotLetThrough() {
        Scenario scenario = ControlConnection.scenario();
        ControlConnection one = new ControlConnection(scenario, 4, 4000, 1, 1).greeted();
        ControlConnection other = new ControlConnection(scenario, 4, 4001, 1, 1).greeted();
        one.client("PORT 10,1,0,9,200,11\r\n");

        assertThat(other.client("PORT 10,1,0,9,200,11\r\n")).isEqualTo("DROP ESTABLISHED original");
        assertThat(other.client("PORT 10,1,0,9,200,12\r\n")).startsWith("ACCEPT");
    }

    @Test
    void aFlowFromOutsideIsReadFromItsFirstPayloadOn() throws Exception {
        Scenario scenario = ControlConnection.scenario();
        assertThat(new FlowChanges(scenario.tracker(), false)
                        .insert(
                                EntryParser.parse("tcp 6 400 ESTABLISHED src=10.1.0.9 dst=10.2.0.9 sport=4000 dport=21"
                                        + " [ASSURED] helper=ftp"),
                                true,
                                scenario.now()))
                .isEqualTo(Outcome.DONE);

        say(scenario, 1000, "PORT 10,1,0,9,1,1\r\n");
        assertThat(only(scenario)).isEqualTo(257);
        say(scenario, 1100, "PORT 10,1,0,9,1,2\r\n");
        assertThat(only(scenario)).isEqualTo(257);
        say(scenario, 1019, "PORT 10,1,0,9,1,3\r\n");
        assertThat(only(scenario)).isEqualTo(259);
    }

    private static void say(Scenario scenario, long sequence, String text) {
        assertThat(scenario.send(Packets.tcp("10.1.0.9", 4000, "10.2.0.9", 21)
                        .flags("PA")
                        .seq(sequence)
                        .ack(5000)
                        .payload(text)))
                .isEqualTo("ACCEPT ESTABLISHED original");
    }

    /** The port that is expected. */
    private static int only(Scenario scenario) {
        int[] port = {-1};
        assertThat(scenario.tracker().expectations().count()).isEqualTo(1);
        scenario.tracker()
                .expectations()
                .forEach(expected -> port[0] = expected.wanted().tuple().destinationKey());
        return port[0];
    }
}
