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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces recorded from Linux 6.18: the tracker says of every packet, event and entry what the kernel said. */
final class GoldenTracesTest {
    private static final Path TRACES = Path.of("src/test/resources/traces");
    private static final Pattern SECONDS = Pattern.compile("(\\S+ +\\d+) (\\d+) (.*)");

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
        assertThat(replay(trace, Show.PACKETS, false)).isEqualTo(lines(trace, "packets"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void tellsTheEventsOfTheKernel(String trace) throws Exception {
        List<String> events = replay(trace, Show.EVENTS, false).stream()
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .toList();
        assertSame(events, lines(trace, "events"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void keepsTheEntriesOfTheKernel(String trace) throws Exception {
        assertSame(
                replay(trace, Show.TABLE, false).stream()
                        .sorted(GoldenTracesTest::byEntry)
                        .toList(),
                lines(trace, "table").stream().sorted(GoldenTracesTest::byEntry).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void expectsWhatTheKernelExpects(String trace) throws Exception {
        Path file = TRACES.resolve(trace + ".expect");
        List<String> expected = Files.exists(file) ? Files.readAllLines(file) : List.of();
        List<String> found = replay(trace, Show.EVENTS, true).stream()
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .filter(line -> line.contains(" mask-src="))
                .toList();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertClose(
                    found.get(i).replaceFirst("] (\\d+)", "] expected 0 $1"),
                    expected.get(i).replaceFirst("] (\\d+)", "] expected 0 $1"));
        }
    }

    /** Orders entries by everything but their remaining seconds. */
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

    private static void assertClose(String found, String expected) {
        assertThat(close(found, expected) ? expected : found).isEqualTo(expected);
    }

    private static boolean close(String one, String other) {
        Matcher first = SECONDS.matcher(one.strip().replaceFirst("^(\\[\\w+])\\s+", "$1"));
        Matcher second = SECONDS.matcher(other.strip().replaceFirst("^(\\[\\w+])\\s+", "$1"));
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

    private static List<String> replay(String trace, Show show, boolean expectations) throws Exception {
        TrackerSettings settings = TrackerSettings.LINUX
                .withMaxEntries(10_000)
                .withHelpers(List.of(new TrackerSettings.HelperRule("ftp", Protocol.TCP, 21)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> warnings = new ArrayList<>();
        Path file = TRACES.resolve(trace + ".pcap");
        try (CaptureReader capture = CaptureReader.open(file)) {
            assertThat(new Replay(new ReplayOptions(settings, show, expectations, true), out, warnings::add)
                            .run(capture, file.toString()))
                    .isTrue();
        }
        // Some traces have many packets damaged on purpose.
        assertThat(warnings).allMatch(warning -> warning.contains("have a wrong checksum"));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
