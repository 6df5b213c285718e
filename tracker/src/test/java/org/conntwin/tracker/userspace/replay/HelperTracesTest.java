package org.conntwin.tracker.userspace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.conntwin.tracker.testing.UsualHelpers;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions of real programs and random ones, each with what Linux 6.18 made of it: verdicts, events of entries and
 * expectations in their order, the table at the end.
 */
final class HelperTracesTest {
    private static final RecordedTraces TRACES =
            new RecordedTraces("helpers", TrackerSettings.LINUX.withHelpers(UsualHelpers.RULES));

    static List<String> traces() throws IOException {
        return TRACES.names();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void judgesEveryPacketAsTheKernel(String trace) throws Exception {
        // Who only saw that nothing came out does not know the state of what was dropped.
        List<String> verdicts = TRACES.replayed(trace, Show.PACKETS, false).stream()
                .map(line -> line.replaceFirst("DROP .*", "DROP UNTRACKED -"))
                .toList();
        assertThat(verdicts).isEqualTo(TRACES.recorded(trace, "packets"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void tellsTheEventsOfTheKernel(String trace) throws Exception {
        RecordedTraces.assertSame(TRACES.replayedEvents(trace, true), TRACES.recorded(trace, "events"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void keepsTheEntriesOfTheKernel(String trace) throws Exception {
        TRACES.assertSameTable(trace);
    }
}
