package org.conntwin.it;

import org.conntwin.it.lab.Lab;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;

/** Prints what the nodes of a lab said when a test fails, while the lab still stands. */
final class FailureLogs implements AfterTestExecutionCallback, LifecycleMethodExecutionExceptionHandler {

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            print(context);
        }
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        print(context);
        throw failure;
    }

    private static void print(ExtensionContext context) {
        System.out.println("processes of " + context.getDisplayName() + ":\n" + Lab.processLogs());
    }
}
