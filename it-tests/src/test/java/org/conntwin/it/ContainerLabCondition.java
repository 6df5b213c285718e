package org.conntwin.it;

import java.util.Optional;
import org.conntwin.it.containers.ContainerEngine;
import org.conntwin.it.lab.LabException;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips container tests with one line where no engine answers; with {@code CI=true} that line fails them. */
final class ContainerLabCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isPresent()) {
            return ConditionEvaluationResult.enabled("decided for the class");
        }
        Optional<String> missing = ContainerEngine.missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("an engine answers");
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new LabException(missing.get() + "; with CI=true that is a failure");
        }
        return ConditionEvaluationResult.disabled(missing.get());
    }
}
