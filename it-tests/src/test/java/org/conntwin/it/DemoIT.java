package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Product;
import org.junit.jupiter.api.Test;

/** The main job in one command, as a newcomer runs it. */
@KernelLab
class DemoIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern NAMESPACES = Pattern.compile("namespaces (\\S+)\\*");

    @Test
    void allOf2000FlowsSurviveTheDeathOfTheFirewallTheyPassThrough() {
        CommandResult demo = Command.of(
                        Product.ofThisBuild().launcher().toString(), "demo", "--table", "kernel", "--flows", "2000")
                .within(LIMIT)
                .run();
        demo.stdout().lines().forEach(Stopwatch::figure);
        assertThat(demo.exitCode()).as(demo.stderr()).isZero();
        assertThat(demo.stdout()).containsPattern("(?i)survived\\D+2,?000").containsPattern("(?i)reset\\D+0\\b");
        Matcher prefix = NAMESPACES.matcher(demo.stdout());
        assertThat(prefix.find()).as("it says which namespaces it makes").isTrue();
        assertThat(Command.of("ip", "netns", "list").runOrThrow().stdout())
                .as("it cleans up")
                .doesNotContain(prefix.group(1));
    }
}
