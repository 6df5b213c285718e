package org.conntwin.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that mostly waits, for timers of keepalived or of the failure detection, or asks little of the machine, measures
 * nothing, and lowers no limit that all of the machine's namespaces share: two such classes run at a time.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("waits")
@interface Waits {}
