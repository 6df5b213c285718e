package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Product;
import org.junit.jupiter.api.Test;

/** The demo as a newcomer runs it: no root, no network, no home. */
@Waits
class UserspaceDemoIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern PROCESS = Pattern.compile("process (\\d+)");

    @Test
    void allFlowsSurviveTheDeathOfTheirFirewallAndNewOnesSucceedOverEntriesInTheWrongState() {
        CommandResult demo =
                Command.of(asOrdinaryUser(List.of("demo"))).within(LIMIT).run();
        demo.stdout().lines().forEach(Stopwatch::figure);
        assertThat(demo.exitCode()).as(demo.stderr()).isZero();
        assertThat(demo.stdout())
                .containsPattern("(?m)^survived +500 +50$")
                .containsPattern("(?m)^reset +0 +0$")
                .containsPattern("(?m)^in the wrong state +450 entries")
                .containsPattern("(?m)^new connections +450 on the same ports, 450 succeeded$")
                .containsPattern("(?m)^invalid packets +0$")
                .containsPattern("(?m)^idle meanwhile +50 connections, 50 survived$")
                .containsPattern(
                        "UPDATE SYN_RECV \\[ASSURED\\]\\s+UPDATE ESTABLISHED \\[ASSURED\\]\\s+UPDATE FIN_WAIT");
        assertThat(processes(demo.stdout())).hasSize(3).noneMatch(UserspaceDemoIT::alive);
    }

    @Test
    void noFlowSurvivesWithoutACommit() {
        List<String> words = new ArrayList<>(List.of("env", "CONNTWIN_DEMO_NO_COMMIT=1"));
        words.addAll(Product.ofThisBuild().command(List.of("demo", "--flows", "100")));
        CommandResult demo = Command.of(words).within(LIMIT).run();
        assertThat(demo.exitCode()).isOne();
        assertThat(demo.stdout()).containsPattern("(?m)^survived +0 +0$");
        assertThat(demo.stderr().lines()).hasSize(1).first().asString().contains("not every flow survived");
    }

    @Test
    void anInterruptLeavesNeitherProcessesNorFilesBehind() throws Exception {
        Process demo = new ProcessBuilder(Product.ofThisBuild().command(List.of("demo")))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<Long> nodes;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null && !line.contains("is backup")) {
                line = out.readLine();
            }
            nodes = processes(String.valueOf(line));
            assertThat(nodes).hasSize(2).allMatch(UserspaceDemoIT::alive);
            assertThat(folders(demo.pid())).hasSize(1);
            demo.destroy();
            assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            demo.destroyForcibly();
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> nodes.stream().noneMatch(UserspaceDemoIT::alive));
        assertThat(folders(demo.pid())).isEmpty();
    }

    /** The product as nobody where that can be: by root, from a checkout that others may read. */
    private static List<String> asOrdinaryUser(List<String> arguments) {
        List<String> nobody = List.of("runuser", "-u", "nobody", "--", "env", "HOME=/nonexistent");
        List<String> look = new ArrayList<>(nobody);
        look.addAll(List.of("test", "-r", Product.ofThisBuild().lib().toString()));
        boolean possible = "root".equals(System.getProperty("user.name"))
                && Command.of(look).run().exitCode() == 0;
        List<String> words = new ArrayList<>(possible ? nobody : List.of());
        words.addAll(Product.ofThisBuild().command(arguments));
        return words;
    }

    private static List<Long> processes(String text) {
        List<Long> processes = new ArrayList<>();
        Matcher matcher = PROCESS.matcher(text);
        while (matcher.find()) {
            processes.add(Long.valueOf(matcher.group(1)));
        }
        return processes;
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static List<Path> folders(long pid) throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("conntwin-demo-" + pid + "-"))
                    .toList();
        }
    }
}
