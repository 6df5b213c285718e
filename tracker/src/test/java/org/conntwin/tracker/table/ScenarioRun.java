package org.conntwin.tracker.table;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** One scenario, ready to be run on a table. */
public final class ScenarioRun {
    /** What every table does. */
    public static final List<Class<? extends TableScenarios>> EVERY_TABLE = List.of(
            ChangeScenarios.class,
            EntryKindScenarios.class,
            ExpectationScenarios.class,
            EventScenarios.class,
            ReadScenarios.class);

    private final Method scenario;
    private final Constructor<? extends TableScenarios> group;

    private ScenarioRun(Method scenario, Constructor<? extends TableScenarios> group) {
        this.scenario = scenario;
        this.group = group;
    }

    /** The scenarios of a group, by name. */
    public static List<ScenarioRun> of(Class<? extends TableScenarios> group) {
        try {
            Constructor<? extends TableScenarios> made = group.getDeclaredConstructor(ConntrackTable.class);
            made.setAccessible(true);
            return Arrays.stream(group.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(TableScenario.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .peek(method -> method.setAccessible(true))
                    .map(method -> new ScenarioRun(method, made))
                    .toList();
        } catch (NoSuchMethodException notAGroup) {
            throw new IllegalStateException(notAGroup);
        }
    }

    /** The scenario's name. */
    public String name() {
        return scenario.getName();
    }

    /** Runs it on an empty table; throws what the scenario throws. */
    public void on(ConntrackTable table) throws Throwable {
        try {
            scenario.invoke(group.newInstance(table));
        } catch (InvocationTargetException failure) {
            throw Objects.requireNonNull(failure.getCause());
        }
    }
}
