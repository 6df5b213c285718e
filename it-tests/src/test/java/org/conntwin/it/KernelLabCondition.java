package org.conntwin.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.conntwin.it.lab.LabException;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link KernelLab} whether this machine can run the test. */
final class KernelLabCondition implements ExecutionCondition {
    private static final List<String> PROGRAMS = List.of("ip", "nft", "sysctl", "conntrack");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root");
        }
        if (!Files.exists(Path.of("/proc/sys/net/netfilter/nf_conntrack_max"))) {
            missing.add("connection tracking in the kernel");
        }
        String[] more = AnnotationSupport.findAnnotation(context.getTestClass(), KernelLab.class)
                .map(KernelLab::programs)
                .orElseGet(() -> new String[0]);
        Stream.concat(PROGRAMS.stream(), Stream.of(more))
                .filter(program -> !isInstalled(program))
                .map(program -> "the program " + program)
                .forEach(missing::add);
        String[] files = AnnotationSupport.findAnnotation(context.getTestClass(), KernelLab.class)
                .map(KernelLab::files)
                .orElseGet(() -> new String[0]);
        Stream.of(files).filter(file -> !Files.exists(Path.of(file))).forEach(missing::add);
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("root and tools are there");
        }
        String reason = "kernel tests need " + String.join(", ", missing);
        if ("true".equals(System.getenv("CI"))) {
            throw new LabException(reason + "; with CI=true that is a failure");
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
