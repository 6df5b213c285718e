package org.conntwin.tracker.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.conntwin.tracker.table.FlushFilter;

/**
 * Runs every scenario on a real kernel and prints a line for each. To be started within a namespace of its own, as
 * {@link KernelTableTest} does.
 */
public final class KernelScenarios {
    static final String PASSED = "PASSED ";
    static final String FAILED = "FAILED ";

    private static final List<Function<KernelTable, Scenarios>> GROUPS = List.of(
            ChangeScenarios::new,
            EntryKindScenarios::new,
            ExpectationScenarios::new,
            EventScenarios::new,
            ReadScenarios::new);

    private KernelScenarios() {}

    /** Exits 1 when a scenario failed. */
    public static void main(String[] arguments) throws IllegalAccessException {
        boolean failed = false;
        for (Function<KernelTable, Scenarios> group : GROUPS) {
            for (Method scenario : scenarios(group)) {
                failed |= !passes(group, scenario);
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static List<Method> scenarios(Function<KernelTable, Scenarios> group) {
        try (KernelTable table = new KernelTable()) {
            return Arrays.stream(group.apply(table).getClass().getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Scenario.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList();
        }
    }

    private static boolean passes(Function<KernelTable, Scenarios> group, Method scenario)
            throws IllegalAccessException {
        try (KernelTable table = new KernelTable()) {
            table.flush(FlushFilter.ALL);
            table.flushExpectations();
            scenario.invoke(group.apply(table));
            System.out.println(PASSED + scenario.getName());
            return true;
        } catch (InvocationTargetException failure) {
            Throwable cause = Objects.requireNonNull(failure.getCause());
            String place = Arrays.stream(cause.getStackTrace())
                    .filter(frame -> frame.getMethodName().equals(scenario.getName()))
                    .map(frame -> " at line " + frame.getLineNumber())
                    .findFirst()
                    .orElse("");
            System.out.println(FAILED + scenario.getName() + place + ": "
                    + String.valueOf(cause).replaceAll("\\s+", " "));
            return false;
        }
    }
}
