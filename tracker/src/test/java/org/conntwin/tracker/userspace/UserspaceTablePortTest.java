package org.conntwin.tracker.userspace;

import java.util.stream.Stream;
import org.conntwin.tracker.table.ScenarioRun;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The scenarios that the kernel's table passes, on the userspace tracker's. */
class UserspaceTablePortTest {
    @TestFactory
    Stream<DynamicTest> theUserspaceTableBehavesAsTheKernels() {
        return ScenarioRun.EVERY_TABLE.stream()
                .flatMap(group -> ScenarioRun.of(group).stream())
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> {
                    try (UserspaceTable table = UserspaceTable.open(TrackerSettings.LINUX)) {
                        scenario.on(table);
                    }
                }));
    }
}
