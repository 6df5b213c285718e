package org.conntwin.tracker.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.stream.Stream;
import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.testing.Namespace;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs {@link KernelScenarios} against the machine's kernel, in a namespace and a JVM of their own. */
class KernelTableTest {
    @TestFactory
    Stream<DynamicTest> theKernelsTableBehavesAsItsPortSays() {
        Commands.Result result;
        try (Namespace namespace = Namespace.create()) {
            result = namespace.java(KernelScenarios.class);
        }
        List<String> lines = result.output().lines().toList();
        assertThat(lines).as(result.output()).anyMatch(line -> line.startsWith(KernelScenarios.PASSED));
        assertThat(result.code()).as(result.output()).isIn(0, 1);
        return lines.stream()
                .filter(line -> line.startsWith(KernelScenarios.PASSED) || line.startsWith(KernelScenarios.FAILED))
                .map(line -> DynamicTest.dynamicTest(line.split(" ", 3)[1], () -> {
                    if (line.startsWith(KernelScenarios.FAILED)) {
                        fail(line);
                    }
                }));
    }
}
