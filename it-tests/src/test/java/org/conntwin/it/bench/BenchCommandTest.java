package org.conntwin.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code bench}, with a Maven that only leaves a file behind: nothing is built or measured here. */
final class BenchCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void aMavenThatTellsThatItRan() throws IOException {
        Path maven = Files.writeString(folder.resolve("mvn"), "#!/bin/sh\ntouch '" + folder + "/built'\nexit 9\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failover",
                "compare",
                "burst",
                "pace",
                "latency",
                "cli",
                "takeover",
                "survival",
                "queue",
                "tracker",
                "flood",
                "flows"
            })
    void everyPartExplainsItselfAndStartsNothing(String part) {
        CommandResult help = bench(part, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.stdout()).startsWith("usage: conntwin bench " + part).contains("\n  " + part + " ");
        assertThat(help.stdout().lines().filter(line -> line.matches("  [a-z]+ .*")))
                .hasSize(1);
        assertThat(bench("--help").stdout()).contains("\n  " + part + " ");
        assertThat(folder.resolve("built")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch|unknown benchmark \"nosuch\"",
                "pace --fast|pace: unknown argument \"--fast\"",
                "failover now|failover: unknown argument \"now\"",
                "burst --entries|burst: --entries wants a number",
                "compare --entries 0|compare: --entries wants a number",
                "burst --entries 5 more|burst: unknown argument \"more\"",
                "latency --entries 5|latency: unknown argument \"--entries\"",
            })
    void aMistakeIsOneLineAndStartsNothing(String line, String message) {
        CommandResult result = bench(line.split(" "));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr()).hasLineCount(1).startsWith("conntwin bench: " + message);
        assertThat(folder.resolve("built")).doesNotExist();
    }

    @Test
    void theHelpSaysWhichWayIsBetterAndWhereAimsComeFrom() {
        assertThat(bench("--help").stdout()).contains("better when lower", "when higher", "aims");
        assertThat(bench("pace", "-h").stdout()).contains("better when lower", "when higher", "aims");
    }

    @Test
    void rightArgumentsGoOnToTheBuild() {
        assertThat(bench("burst", "--entries", "5").exitCode()).isEqualTo(9);
        assertThat(folder.resolve("built")).exists();
    }

    private CommandResult bench(String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("env", "PATH=" + folder + ":" + System.getenv("PATH"), "JAVA_HOME=" + home()));
        words.addAll(List.of(deploy().resolve("conntwin").toString(), "bench"));
        words.addAll(List.of(arguments));
        return Command.of(words).run();
    }

    private static String home() {
        return System.getProperty("java.home");
    }

    private static Path deploy() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("deploy/conntwin"))) {
                return at.resolve("deploy");
            }
        }
        throw new AssertionError("not within a checkout");
    }
}
