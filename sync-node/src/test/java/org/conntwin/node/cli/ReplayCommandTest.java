package org.conntwin.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.testing.CaptureBytes;
import org.conntwin.tracker.testing.Packets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayCommandTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ENTRY = "udp      17 30 src=10.1.0.2 dst=10.2.0.2 sport=1000 dport=53 [UNREPLIED]"
            + " src=10.2.0.2 dst=10.1.0.2 sport=53 dport=1000";

    @TempDir
    private Path folder;

    private Path capture = Path.of("");
    private byte[] bytes = {};

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void writeACapture() throws IOException {
        bytes = CaptureBytes.pcap(101)
                .record(
                        100 * SECOND,
                        Packets.udp("10.1.0.2", 1000, "10.2.0.2", 53).bytes())
                .record(
                        101 * SECOND,
                        Packets.udp("10.2.0.2", 53, "10.1.0.2", 1000).spoiled().bytes())
                .bytes();
        capture = Files.write(folder.resolve("some.pcap"), bytes);
    }

    @Test
    void printsEventsUnlessToldOtherwise() {
        String events = "[100.000000]\t    [NEW] " + ENTRY + "\n";
        assertThat(run()).isEqualTo(new Result(0, events, ""));
        assertThat(run("--events")).isEqualTo(new Result(0, events, ""));
        assertThat(run("--expectations")).isEqualTo(new Result(0, events, ""));
    }

    @Test
    void printsPackets() {
        assertThat(run("--packets")).isEqualTo(new Result(0, "#1 ACCEPT NEW original\n#2 ACCEPT INVALID -\n", ""));
        assertThat(run("--packets", "--no-checksum").out)
                .isEqualTo("#1 ACCEPT NEW original\n#2 ACCEPT ESTABLISHED reply\n");
        assertThat(run("--packets", "--set", "checksum=false").out).endsWith("#2 ACCEPT ESTABLISHED reply\n");
    }

    @Test
    void theIpHeadersChecksumIsVerifiedUnlessTheCaptureHasNone() throws Exception {
        byte[] packet = Packets.udp("10.1.0.2", 1000, "10.2.0.2", 53).bytes();
        packet[10] ^= 1;
        Files.write(capture, CaptureBytes.pcap(101).record(100 * SECOND, packet).bytes());
        assertThat(run("--packets").out).isEqualTo("#1 ACCEPT INVALID -\n");
        assertThat(run("--packets", "--set", "checksum=false").out).isEqualTo("#1 ACCEPT INVALID -\n");
        assertThat(run("--packets", "--no-checksum").out).isEqualTo("#1 ACCEPT NEW original\n");
    }

    @Test
    void printsTheTable() {
        assertThat(run("--table")).isEqualTo(new Result(0, ENTRY.replace(" 30 ", " 29 ") + " mark=0\n", ""));
    }

    @Test
    void appliesTheConfigurationAndSettingsAboveIt() throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), "userspace: {udp: 50, udp-stream: 60}\n");
        assertThat(run("--table", "--config", config.toString()).out).startsWith("udp      17 49 ");
        assertThat(run("--table", "--config=" + config, "--set", "udp=8", "--set=icmp=3").out)
                .startsWith("udp      17 7 ");
    }

    @Test
    void saysInOneLineWhichKeysDoNothing() throws Exception {
        Path config = Files.writeString(
                folder.resolve("c.yaml"),
                "userspace:\n  mark-shift: 3\n  overload: {early-drop: false, probe: true}\n");
        Result result = run("--config", config.toString());
        assertThat(result.code).isZero();
        assertThat(result.err)
                .isEqualTo("conntwin: userspace: overload.probe has no effect without live traffic (userspace.queue);"
                        + " everything else is applied\n");
    }

    @Test
    void aConfiguredHelperThatThereIsNotIsToldWithItsPlace() throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), "userspace:\n  helpers: [ftp:tcp/21, ftp:udp/21]\n");
        Result result = run("--config", config.toString());
        assertThat(result.code).isEqualTo(2);
        assertThat(result.err)
                .isEqualTo(
                        "conntwin: " + config
                                + ":2:25: userspace.helpers: no helper ftp for udp; there are [amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp, tftp]\n");
    }

    @Test
    void readsStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(bytes));
        try {
            assertThat(conntwin("replay", "-", "--packets").out).startsWith("#1 ACCEPT NEW original\n");
            System.setIn(new ByteArrayInputStream(new byte[0]));
            assertThat(conntwin("replay", "-").err).isEqualTo("conntwin: stdin: empty; not a capture\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void beginsWithTheEntriesOfAFile() throws Exception {
        Path entries =
                Files.writeString(folder.resolve("entries"), ENTRY.replace("1000", "7") + " mark=3\nnot a line\n");
        Result result = run("--table", "--load", entries.toString());
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out.lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("udp      17 29 ")
                .endsWith(" mark=3");
        assertThat(result.err).hasLineCount(1).startsWith("conntwin: " + entries + ":2: not an entry");
    }

    @Test
    void entriesThatAreAllTakenAreNoFailure() throws Exception {
        Path entries = Files.writeString(folder.resolve("entries"), "# before\n\n" + ENTRY.replace("1000", "7") + "\n");
        Result result = run("--table", "--load", entries.toString());
        assertThat(result.code).isZero();
        assertThat(result.out).contains("sport=7 ");
    }

    @Test
    void saysWhyWhatIsToBeMasqueradedIsDropped() {
        Result result = run("--packets", "--set", "nat=[{kind: masquerade, source: 10.0.0.0/8}]");
        assertThat(result.out).startsWith("#1 DROP NEW original\n");
        assertThat(result.err).hasLineCount(1).contains("a capture tells no routes");
    }

    @Test
    void aLineOfEntriesThatIsNoTextIsToldAndPassedOver() throws Exception {
        Path entries = folder.resolve("entries");
        Files.write(
                entries,
                (ENTRY + "\n" + ENTRY.replace("1000", "7") + " helper=\u00e9\n" + ENTRY.replace("1000", "8") + "\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        Result result = run("--table", "--load", entries.toString());
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out).contains("sport=8 ").doesNotContain("sport=7 ");
        assertThat(result.err)
                .isEqualTo(
                        "conntwin: " + entries + ":2: not UTF-8 text: save the file as UTF-8, or take this line out\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--packets --table | --packets and --table",
                "--events --packets | --events and --packets",
                "--table --expectations | --expectations are events",
                "--helper ftp | --helper ftp is not a rule",
                "--helper gopher:tcp/70 | no helper gopher for tcp; there are [amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp, tftp]",
                "--set helpers=[gopher:tcp/70] | userspace.helpers: no helper gopher for tcp; there are [amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp, tftp]",
                "--set tcp-loose=5 | --set tcp-loose=5: userspace.tcp-loose",
                "--set nosuch=5 | --set nosuch=5: unknown key 'userspace.nosuch'",
                "--config /nonexistent/file | /nonexistent/file: no such file",
                "--nosuch | --nosuch",
                "--table --json | leave --json out",
                "another | another",
            })
    void answersWrongUseWithCode2AndOneLine(String words, String why) {
        Result result = run(words.split(" ", -1));
        assertThat(result.code).isEqualTo(2);
        assertThat(result.out).isEmpty();
        assertThat(result.err).hasLineCount(1).startsWith("conntwin: ").contains(why);
    }

    @Test
    void wantsAFile() {
        Result result = conntwin("replay", "--packets");
        assertThat(result.code).isEqualTo(2);
        assertThat(result.err).hasLineCount(1).contains("the file is missing");
    }

    @Test
    void saysInOneLineWhatCannotBeRead() throws Exception {
        Path missing = folder.resolve("none.pcap");
        assertThat(conntwin("replay", missing.toString()))
                .isEqualTo(new Result(2, "", "conntwin: " + missing + ": no such file\n"));
        assertThat(run("--load", missing.toString()))
                .isEqualTo(new Result(2, "", "conntwin: " + missing + ": no such file\n"));
        Path text = Files.writeString(folder.resolve("text"), "no capture");
        assertThat(conntwin("replay", text.toString()).err).hasLineCount(1).contains("not a capture");
        assertThat(conntwin("replay", folder.toString()).code).isEqualTo(2);
        assertThat(conntwin("replay", folder.toString()).err).hasLineCount(1).contains(folder.toString());
    }

    @Test
    void givesWhatCanBeReadOfATruncatedCapture() throws Exception {
        Path cut = Files.write(folder.resolve("cut.pcap"), Arrays.copyOf(bytes, bytes.length - 3));
        Result result = conntwin("replay", cut.toString(), "--packets");
        assertThat(result.code).isEqualTo(1);
        assertThat(result.out).isEqualTo("#1 ACCEPT NEW original\n");
        assertThat(result.err).hasLineCount(1).startsWith("conntwin: " + cut + ": truncated at offset ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Broken pipe", "No space left on device"})
    void endsQuietlyWhenNobodyReadsOn(String why) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
        int code = Main.run(
                List.of("replay", capture.toString()), broken, new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(why.startsWith("Broken") ? 0 : 1);
    }

    @Test
    void showsExamples() {
        Result help = conntwin("replay", "--help");
        assertThat(help.code).isZero();
        assertThat(help.out)
                .contains("conntwin replay FILE", "--helper=NAME:PROTO/PORT", "Examples:", "--set tcp-loose=false");
    }

    private Result run(String... options) {
        List<String> words = new ArrayList<>(List.of("replay", capture.toString()));
        words.addAll(List.of(options));
        return conntwin(words.toArray(String[]::new));
    }

    private static Result conntwin(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(List.of(words), out, new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
