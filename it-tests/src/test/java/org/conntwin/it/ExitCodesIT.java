package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Control;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scripts and HA managers go by the exit code: 0 done, 1 refused, 2 usage, 3 divergence, 4 unreachable. */
@Waits
@KernelLab
class ExitCodesIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int ENTRIES = 2_000;
    private static final int REFUSED = 1;
    private static final int USAGE = 2;
    private static final int DIVERGENCE = 3;
    private static final int UNREACHABLE = 4;

    private static ClusterLab cluster;
    private static Control first;
    private static Control second;

    @BeforeAll
    static void twoNodesWithEntries() {
        cluster = ClusterLab.of(2);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        first = cluster.control(1);
        second = cluster.control(2);
        cluster.kernel(1).insertAll(Entries.tcpLines(ENTRIES));
        secondsUntilEntries(second, "external", ENTRIES, SOON);
        secondsUntilParity(second, SOON);
    }

    @AfterAll
    static void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static void assertRefusal(CommandResult result, int exitCode) {
        assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isEqualTo(exitCode);
        assertThat(result.errorLines()).as("one line says why").hasSize(1);
        assertThat(result.stderr()).doesNotContain("Exception");
    }

    @Test
    void everyCommandThatIsDoneExitsWithZeroAndSaysWhatItDid() {
        for (String command : List.of(
                "status",
                "status --json",
                "dump internal",
                "dump external expect",
                "dump table",
                "stats",
                "stats events --json",
                "verify",
                "verify --json",
                "config show")) {
            assertThat(first.run(command.split(" ", -1)).exitCode()).as(command).isZero();
        }
        for (String command : List.of("resync", "bulk", "request", "flush external", "flush internal expect")) {
            CommandResult result = first.run(command.split(" ", -1));
            assertThat(result.exitCode()).as(command + ": " + result.stderr()).isZero();
            assertThat(result.lines()).as(command).hasSize(1);
        }
        secondsUntilParity(second, SOON);
    }

    @Test
    void aWrongUsageIsTwo() {
        for (String command : List.of(
                "nosuch", "dump", "dump nonsense", "role king", "flush", "stats nothing", "dump table --format csv")) {
            CommandResult result = first.run(command.split(" ", -1));
            assertThat(result.exitCode()).as(command).isEqualTo(USAGE);
            assertThat(result.stderr()).as(command).isNotBlank().doesNotContain("Exception");
        }
        assertThat(Command.of(cluster.product().command(List.of("--help")))
                        .run()
                        .exitCode())
                .isZero();
        assertThat(Command.of(cluster.product().command(List.of("--version")))
                        .run()
                        .exitCode())
                .isZero();
    }

    @Test
    void noNodeAtTheSocketIsFour() {
        Control nobody =
                new Control(cluster.product(), cluster.lab().directory().resolve("nobody.sock"));
        for (String command : List.of("status", "verify", "commit", "role active", "dump internal", "stop")) {
            assertRefusal(nobody.run(command.split(" ", -1)), UNREACHABLE);
        }
    }

    @Test
    void aFileThatCannotBeReadIsRefused() {
        CommandResult result = first.run("load", "/nonexistent/entries");
        assertThat(result.exitCode()).isIn(REFUSED, USAGE);
        assertThat(result.errorLines()).hasSize(1);
    }

    @Test
    void divergenceIsThreeAndIsCounted() {
        second.done("flush", "external");
        CommandResult verify = second.run("verify");
        // Repair starts at once, so parity may have been won back before the comparison.
        assertThat(verify.exitCode()).as(verify.stdout()).isIn(0, DIVERGENCE);
        if (verify.exitCode() == DIVERGENCE) {
            assertThat(verify.stdout()).containsPattern("\\d+");
        }
        secondsUntilParity(second, SOON);
        secondsUntilEntries(second, "external", ENTRIES, SOON);
    }

    @Test
    void aPeerThatDoesNotAnswerIsFour() {
        cluster.node(1).freeze();
        try {
            CommandResult verify = second.run("verify");
            assertThat(verify.exitCode()).as(verify.stdout() + verify.stderr()).isEqualTo(UNREACHABLE);
            assertThat(second.run("status").exitCode())
                    .as("nothing waits for a frozen peer")
                    .isZero();
        } finally {
            cluster.node(1).thaw();
        }
        secondsUntilParity(second, Duration.ofSeconds(15));
    }

    @Test
    void loadWritesEntriesSkipsBadLinesAndCountsBoth() {
        String line = "tcp      6 3600 ESTABLISHED src=10.5.0.1 dst=10.2.0.1 sport=5 dport=80 "
                + "src=10.2.0.1 dst=10.5.0.1 sport=80 dport=5 [ASSURED] mark=9\n";
        var file = cluster.write("entries.txt", line + "this is no entry\n" + line.replace("=5 ", "=6 "));
        CommandResult result = second.run("load", file.toString());
        assertThat(result.stdout() + result.stderr()).contains("2");
        assertThat(cluster.kernel(2).plainEntries())
                .filteredOn(entry -> entry.contains("src=10.5.0.1"))
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry).contains("[ASSURED] mark=9"));
        cluster.kernel(2).flush();
        assertThat(second.done("flush", "table").lines()).hasSize(1);
    }
}
