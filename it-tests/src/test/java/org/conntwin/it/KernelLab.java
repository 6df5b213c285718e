package org.conntwin.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that builds network namespaces: it needs root and the stock tools. On an ordinary machine it is skipped with
 * one line that says what is missing; with {@code CI=true} in the environment the same line fails it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({KernelLabCondition.class, FailureLogs.class})
@interface KernelLab {
    /** Programs needed beyond `ip`, `nft`, `sysctl` and `conntrack`. */
    String[] programs() default {};

    /** Files needed. */
    String[] files() default {};
}
