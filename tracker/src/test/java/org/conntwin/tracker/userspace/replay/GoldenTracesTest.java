package org.conntwin.tracker.userspace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces recorded from Linux 6.18: the tracker says of every packet, event and entry what the kernel said. */
final class GoldenTracesTest {
    private static final RecordedTraces TRACES = new RecordedTraces(
            "traces", TrackerSettings.LINUX.withHelpers(List.of(new HelperRule("ftp", Protocol.TCP, 21))));

    static List<String> traces() throws IOException {
        return TRACES.names();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void judgesEveryPacketAsTheKernel(String trace) throws Exception {
        assertThat(TRACES.replayed(trace, Show.PACKETS, false)).isEqualTo(TRACES.recorded(trace, "packets"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void tellsTheEventsOfTheKernel(String trace) throws Exception {
        RecordedTraces.assertSame(TRACES.replayedEvents(trace, false), TRACES.recorded(trace, "events"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void keepsTheEntriesOfTheKernel(String trace) throws Exception {
        TRACES.assertSameTable(trace);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void expectsWhatTheKernelExpects(String trace) throws Exception {
        List<String> found = TRACES.replayedEvents(trace, true).stream()
                .filter(line -> line.contains(" mask-src="))
                .toList();
        RecordedTraces.assertSame(found, TRACES.recorded(trace, "expect"));
    }
}
