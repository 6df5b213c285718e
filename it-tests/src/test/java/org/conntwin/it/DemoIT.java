package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Product;
import org.junit.jupiter.api.Test;

/** The main job in one command, as a newcomer runs it. */
@KernelLab
class DemoIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    void allOf2000FlowsSurviveTheDeathOfTheFirewallTheyPassThrough() {
        String namespacesBefore = Command.of("ip", "netns", "list").runOrThrow().stdout();
        CommandResult demo = Command.of(
                        Product.ofThisBuild().launcher().toString(), "demo", "--table", "kernel", "--flows", "2000")
                .within(LIMIT)
                .run();
        demo.stdout().lines().forEach(Stopwatch::figure);
        assertThat(demo.exitCode()).as(demo.stderr()).isZero();
        assertThat(demo.stdout()).containsPattern("(?i)survived\\D+2,?000").containsPattern("(?i)reset\\D+0\\b");
        assertThat(Command.of("ip", "netns", "list").runOrThrow().stdout())
                .as("it cleans up")
                .isEqualTo(namespacesBefore);
    }
}
