package org.conntwin.tracker.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.ScenarioRun;
import org.conntwin.tracker.table.TableScenarios;

/**
 * Runs every scenario on a real kernel and prints a line for each. To be started within a namespace of its own, as
 * {@link KernelTableTest} does.
 */
public final class KernelScenarios {
    static final String PASSED = "PASSED ";
    static final String FAILED = "FAILED ";

    private KernelScenarios() {}

    /** Exits 1 when a scenario failed. */
    public static void main(String[] arguments) {
        List<Class<? extends TableScenarios>> groups = new ArrayList<>(ScenarioRun.EVERY_TABLE);
        groups.add(KernelOnlyScenarios.class);
        groups.add(EventFilterScenarios.class);
        boolean failed = false;
        for (Class<? extends TableScenarios> group : groups) {
            for (ScenarioRun scenario : ScenarioRun.of(group)) {
                failed |= !passes(scenario);
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static boolean passes(ScenarioRun scenario) {
        try (KernelTable table = new KernelTable()) {
            table.flush(FlushFilter.ALL);
            table.flushExpectations();
            scenario.on(table);
            System.out.println(PASSED + scenario.name());
            return true;
        } catch (Throwable cause) {
            String place = Arrays.stream(cause.getStackTrace())
                    .filter(frame -> frame.getMethodName().equals(scenario.name()))
                    .map(frame -> " at line " + frame.getLineNumber())
                    .findFirst()
                    .orElse("");
            System.out.println(FAILED + scenario.name() + place + ": "
                    + String.valueOf(cause).replaceAll("\\s+", " "));
            return false;
        }
    }
}
