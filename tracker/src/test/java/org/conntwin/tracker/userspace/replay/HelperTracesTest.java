package org.conntwin.tracker.userspace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions of real programs and random ones, each with what Linux 6.18 made of it: verdicts, events of entries and
 * expectations in their order, the table at the end.
 */
final class HelperTracesTest {
    private static final Path TRACES = Path.of("src/test/resources/helpers");
    private static final Pattern SECONDS = Pattern.compile("((?:\\[\\w+] )?(?:[a-z]\\S* +\\d+ )?)(\\d+)( .*)");
    private static final List<HelperRule> RULES = List.of(
            new HelperRule("ftp", Protocol.TCP, 21),
            new HelperRule("tftp", Protocol.UDP, 69),
            new HelperRule("irc", Protocol.TCP, 6667),
            new HelperRule("sane", Protocol.TCP, 6566),
            new HelperRule("amanda", Protocol.UDP, 10080),
            new HelperRule("sip", Protocol.UDP, 5060),
            new HelperRule("sip", Protocol.TCP, 5060),
            new HelperRule("pptp", Protocol.TCP, 1723));

    static List<String> traces() throws IOException {
        try (Stream<Path> files = Files.list(TRACES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pcap"))
                    .map(name -> name.substring(0, name.length() - ".pcap".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void judgesEveryPacketAsTheKernel(String trace) throws Exception {
        // Who only saw that nothing came out does not know the state of what was dropped.
        List<String> verdicts = replay(trace, Show.PACKETS).stream()
                .map(line -> line.replaceFirst("DROP .*", "DROP UNTRACKED -"))
                .toList();
        assertThat(verdicts).isEqualTo(lines(trace, "packets"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void tellsTheEventsOfTheKernel(String trace) throws Exception {
        List<String> events = replay(trace, Show.EVENTS).stream()
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .toList();
        assertSame(events, lines(trace, "events"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void keepsTheEntriesOfTheKernel(String trace) throws Exception {
        assertSame(
                replay(trace, Show.TABLE).stream()
                        .sorted(HelperTracesTest::byEntry)
                        .toList(),
                lines(trace, "table").stream().sorted(HelperTracesTest::byEntry).toList());
    }

    private static int byEntry(String one, String other) {
        return one.replaceFirst("^(\\S+ +\\d+) \\d+", "$1").compareTo(other.replaceFirst("^(\\S+ +\\d+) \\d+", "$1"));
    }

    /** The same lines, with remaining seconds that differ by one at most. */
    private static void assertSame(List<String> found, List<String> expected) {
        List<String> aligned = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            String line = found.get(i);
            aligned.add(i < expected.size() && close(line, expected.get(i)) ? expected.get(i) : line);
        }
        assertThat(aligned).isEqualTo(expected);
    }

    private static boolean close(String one, String other) {
        Matcher first = SECONDS.matcher(one.strip());
        Matcher second = SECONDS.matcher(other.strip());
        return one.equals(other)
                || (first.matches()
                        && second.matches()
                        && first.group(1).equals(second.group(1))
                        && first.group(3).equals(second.group(3))
                        && Math.abs(Long.parseLong(first.group(2)) - Long.parseLong(second.group(2))) <= 1);
    }

    private static List<String> lines(String trace, String kind) throws IOException {
        return Files.readAllLines(TRACES.resolve(trace + "." + kind));
    }

    private static List<String> replay(String trace, Show show) throws Exception {
        TrackerSettings settings = TrackerSettings.LINUX.withMaxEntries(10_000).withHelpers(RULES);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path file = TRACES.resolve(trace + ".pcap");
        try (CaptureReader capture = CaptureReader.open(file)) {
            assertThat(new Replay(new ReplayOptions(settings, show, show == Show.EVENTS, true), out, warning -> {})
                            .run(capture, file.toString()))
                    .isTrue();
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
