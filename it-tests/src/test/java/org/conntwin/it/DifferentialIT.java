package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.it.differential.Differential;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.junit.jupiter.api.Test;

/** The userspace tracker and the kernel's, given the same packets, make the same of each. */
@KernelLab(files = "/dev/net/tun")
class DifferentialIT {
    /** Enough for ten thousand packets, twice. */
    private static final String SEEDS = "1-30";

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Pattern SUMMARY =
            Pattern.compile("(?m)^(\\d+) packets in \\d+ traces compared, (\\d+) traces differ$");

    @Test
    void thePacketsOfTheFixedSeedsAreTheSameToBoth() {
        String folder = Path.of("target", "differential").toAbsolutePath().toString();
        String said = run("--seeds", SEEDS, "--out", folder).stdout();
        System.out.println(said);
        Matcher summary = SUMMARY.matcher(said);
        assertThat(summary.find()).as(said).isTrue();
        assertThat(Integer.parseInt(summary.group(2))).as(said).isZero();
        assertThat(Integer.parseInt(summary.group(1))).isGreaterThanOrEqualTo(10_000);
    }

    private static CommandResult run(String... arguments) {
        List<String> words = new ArrayList<>(List.of(Differential.INSIDE));
        words.addAll(List.of(arguments));
        try (Lab lab = Lab.open()) {
            Namespace router = lab.namespace("router");
            return router.command(
                            Programs.command(Product.ofThisBuild(), Differential.class, words.toArray(String[]::new)))
                    .within(LIMIT)
                    .run();
        }
    }
}
