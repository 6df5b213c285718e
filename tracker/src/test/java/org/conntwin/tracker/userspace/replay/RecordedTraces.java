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
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.TrackerSettings;

/**
 * Captures in a folder of the test resources, and beside each what the kernel made of it, by kind: {@code packets},
 * {@code events}, {@code table}.
 */
final class RecordedTraces {
    private static final Pattern SECONDS = Pattern.compile("((?:\\[\\w+] )?(?:[a-z]\\S* +\\d+ )?)(\\d+)( .*)");

    private final Path folder;
    private final TrackerSettings settings;

    RecordedTraces(String folder, TrackerSettings settings) {
        this.folder = Path.of("src/test/resources", folder);
        this.settings = settings.withMaxEntries(10_000);
    }

    /** Their names, in order. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pcap"))
                    .map(name -> name.substring(0, name.length() - ".pcap".length()))
                    .sorted()
                    .toList();
        }
    }

    /** What the kernel made of one; nothing where nothing of that kind was recorded. */
    List<String> recorded(String trace, String kind) throws IOException {
        Path file = folder.resolve(trace + "." + kind);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** What the tracker makes of one. */
    List<String> replayed(String trace, Show show, boolean expectations) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> warnings = new ArrayList<>();
        Path file = folder.resolve(trace + ".pcap");
        try (CaptureReader capture = CaptureReader.open(file)) {
            assertThat(new Replay(new ReplayOptions(settings, show, expectations, true), out, warnings::add)
                            .run(capture, file.toString()))
                    .isTrue();
        }
        // Some traces have many packets damaged on purpose.
        assertThat(warnings).allMatch(warning -> warning.contains("have a wrong checksum"));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The tracker's events, without their times. */
    List<String> replayedEvents(String trace, boolean expectations) throws Exception {
        return replayed(trace, Show.EVENTS, expectations).stream()
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .toList();
    }

    /** That the table at the end is the kernel's, in any order. */
    void assertSameTable(String trace) throws Exception {
        assertSame(
                replayed(trace, Show.TABLE, false).stream()
                        .sorted(RecordedTraces::byEntry)
                        .toList(),
                recorded(trace, "table").stream()
                        .sorted(RecordedTraces::byEntry)
                        .toList());
    }

    /** Orders entries by everything but their remaining seconds. */
    private static int byEntry(String one, String other) {
        return one.replaceFirst("^(\\S+ +\\d+) \\d+", "$1").compareTo(other.replaceFirst("^(\\S+ +\\d+) \\d+", "$1"));
    }

    /** The same lines, with remaining seconds that differ by one at most. */
    static void assertSame(List<String> found, List<String> expected) {
        List<String> aligned = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            String line = found.get(i);
            aligned.add(i < expected.size() && close(line, expected.get(i)) ? expected.get(i) : line);
        }
        assertThat(aligned).isEqualTo(expected);
    }

    private static boolean close(String one, String other) {
        Matcher first = SECONDS.matcher(one.strip().replaceFirst("^(\\[\\w+])\\s+", "$1 "));
        Matcher second = SECONDS.matcher(other.strip().replaceFirst("^(\\[\\w+])\\s+", "$1 "));
        return one.equals(other)
                || (first.matches()
                        && second.matches()
                        && first.group(1).equals(second.group(1))
                        && first.group(3).equals(second.group(3))
                        && Math.abs(Long.parseLong(first.group(2)) - Long.parseLong(second.group(2))) <= 1);
    }
}
