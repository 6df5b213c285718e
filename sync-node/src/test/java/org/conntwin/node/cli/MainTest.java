package org.conntwin.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.node.cli.Result.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.conntwin.node.control.Access;
import org.conntwin.node.control.CommandHandler;
import org.conntwin.node.control.ControlServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class MainTest {
    /** Answers with what it was asked and sent: the arguments in brackets, then the lines. */
    private static final CommandHandler ECHO = (arguments, input, output) -> {
        output.line("[" + String.join("][", arguments) + "]");
        if (arguments.getFirst().equals("load")) {
            for (String line = input.line(); line != null; line = input.line()) {
                output.line(line);
            }
        }
        return 0;
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status|[status]",
                "status --json|[status][--json]",
                "--json status|[status][--json]",
                "dump external|[dump][external][ct][--format][text]",
                "dump internal expect|[dump][internal][expect][--format][text]",
                "dump table ct --format xml|[dump][table][ct][--format][xml]",
                "dump --format=json table|[dump][table][ct][--format][json]",
                "dump table --json|[dump][table][ct][--format][json][--json]",
                "dump external --filter proto=tcp;dport=80|[dump][external][ct][--format][text][--filter][proto=tcp dport=80]",
                "commit|[commit][all]",
                "commit ct|[commit][ct]",
                "commit expect --strict|[commit][expect][--strict]",
                "role active|[role][active]",
                "role active --strict|[role][active][--strict]",
                "role backup|[role][backup]",
                "role fault|[role][fault]",
                "flush external|[flush][external][all]",
                "flush table expect|[flush][table][expect]",
                "resync|[resync]",
                "bulk|[bulk]",
                "request|[request]",
                "verify|[verify]",
                "verify --json|[verify][--json]",
                "stats|[stats]",
                "stats network --json|[stats][network][--json]",
                "config show|[config-show]",
                "stop|[stop]",
                "commit --json|[commit][all][--json]",
                "--json role backup|[role][backup][--json]",
                "config show --json|[config-show][--json]",
                "expect list|[expect][list]",
                "expect delete 300;proto=6;src=10.0.0.1|[expect][delete][300 proto=6 src=10.0.0.1]",
                "expect add 300 proto=6 @x|[expect][add][300 proto=6 @x]",
            })
    void sendsTheCommandAsTheNodeKnowsIt(String line, String sent) throws Exception {
        try (ControlServer _ = ControlServer.open(socket(), Access.OWNER_ONLY, ECHO)) {
            // A semicolon stands for a blank inside one argument.
            List<String> words = Arrays.stream(line.split(" "))
                    .map(word -> word.replace(';', ' '))
                    .toList();
            Result before = run(Stream.concat(Stream.of("--socket", socket().toString()), words.stream()));
            assertThat(before).isEqualTo(new Result(0, sent + "\n", ""));
            Result after = run(Stream.concat(words.stream(), Stream.of("--socket=" + socket())));
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void streamsTheFileOfALoad() throws Exception {
        Path file = Files.writeString(folder.resolve("entries"), "one\ntwo\n");
        try (ControlServer _ = ControlServer.open(socket(), Access.OWNER_ONLY, ECHO)) {
            assertThat(run("load", file.toString(), "--socket", socket().toString()))
                    .isEqualTo(new Result(0, "[load]\none\ntwo\n", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void endsWithTheExitCodeOfTheNode(int code) throws Exception {
        CommandHandler handler = (_, _, output) -> {
            output.error("reason");
            return code;
        };
        try (ControlServer _ = ControlServer.open(socket(), Access.OWNER_ONLY, handler)) {
            assertThat(run("verify", "--socket", socket().toString()))
                    .isEqualTo(new Result(code, "", "conntwin: reason\n"));
        }
    }

    @Test
    void saysWithCode4ThatNoNodeAnswers() {
        Result result = run("status", "--socket", socket().toString());
        assertThat(result.code()).isEqualTo(4);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).hasLineCount(1).contains(socket().toString()).contains("conntwin node --config FILE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nosuch",
                "status extra",
                "status --nosuch",
                "dump",
                "dump nowhere",
                "dump table nothing",
                "dump table ct more",
                "dump table --format yaml",
                "commit everything",
                "role",
                "role leader",
                "flush",
                "flush peers",
                "stats weather",
                "config",
                "config check",
                "config show more",
                "expect",
                "expect add",
                "expect forget x",
                "keygen",
                "keygen a b",
                "load",
                "load a b",
                "node",
                "node --config",
                "node --config a b",
                "--socket",
                "demo --flows none",
                "demo --flows 0",
                "demo --table other",
                "replay",
                "replay a b",
                "replay a --json",
                "--json keygen a",
                "demo --json",
                "node --config a --json",
                "config reference --json",
                "load /",
            })
    void answersAWrongCommandLineWithCode2AndOneLine(String line) {
        Result result = run(line.split(" "));
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).hasLineCount(1).startsWith("conntwin: ").contains("--help`)");
    }

    @Test
    void namesTheHelpOfTheCommandThatWasMistyped() {
        assertThat(run("dance").err()).contains("unknown command \"dance\" (see `conntwin --help`)");
        assertThat(run("dump", "nowhere").err()).contains("`conntwin dump --help`");
        assertThat(run("dump", "--nosuch").err()).contains("`conntwin dump --help`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node", "demo", "status", "dump", "commit", "role", "flush", "resync", "bulk", "request", "verify",
                "stats", "config", "load", "expect", "keygen", "stop"
            })
    void explainsEveryCommandWithExamplesAndNoNode(String command) {
        Result result = run(command, "--help");
        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("conntwin " + command).contains("Examples:");
        assertThat(run("--help").out()).contains("  " + command);
    }

    @Test
    void onlyCommandsThatCanPrintJsonOfferIt() {
        for (String command : List.of("commit", "role", "flush", "load", "status", "config", "expect")) {
            assertThat(run(command, "--help").out()).as(command).contains("--json");
        }
        for (String command : List.of("node", "demo", "replay", "keygen")) {
            assertThat(run(command, "--help").out()).as(command).doesNotContain("--json");
        }
    }

    @Test
    void anExampleBreaksWhereTheShellGoesOn() {
        String help = run("expect", "--help").out();
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        String joined = help.replaceAll("(?m) +\\\\\\R +", " ");
        assertThat(joined)
                .contains("conntwin expect add 60 proto=6 src=10.0.2.2 dst=10.0.1.2 sport=0 dport=5001"
                        + " mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535"
                        + " master-src=10.0.1.2 master-dst=10.0.2.2 sport=40000 dport=21 class=0 helper=ftp\n");
    }

    @Test
    void tellsItsVersionAndCompletesInBash() {
        assertThat(run("--version").out()).startsWith("conntwin ").hasLineCount(1);
        assertThat(run("generate-completion").out()).contains("complete ").contains("conntwin");
        assertThat(run("generate-completion").out())
                .contains("active", "internal")
                .doesNotContain("compopt +o default");
        assertThat(run("--help").out()).doesNotContain("generate-completion");
    }

    @Test
    void aConfigurationThatIsNotThereIsSaidByTheProgramAndAKeyInItsPlaceIsNotPrinted() throws IOException {
        Path none = folder.resolve("none");
        assertThat(run("node", "--config", none.toString()).err())
                .isEqualTo("conntwin: " + none + ": no such file; give the path of a configuration file\n");
        Path key = folder.resolve("key");
        assertThat(run("keygen", key.toString()).code()).isZero();
        String secret = Files.readAllLines(key).getLast();
        for (List<String> words : List.of(
                List.of("config", "check", key.toString()),
                List.of("node", "--config", key.toString()),
                List.of("replay", "x.pcap", "--config", key.toString()),
                List.of("replay", key.toString()))) {
            Result result = run(words.stream());
            assertThat(result.code()).isNotZero();
            assertThat(result.out() + result.err()).contains(key.toString()).doesNotContain(secret.substring(4, 20));
        }
    }

    @Test
    void aNegativeLifetimeIsNoOption() {
        Result result = run("expect", "add", "-5 proto=6 src=10.0.0.1");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).hasLineCount(1).contains("is negative").doesNotContain("option");
    }

    @Test
    void writesAKeyOnce() {
        String file = folder.resolve("key").toString();
        assertThat(run("keygen", file).code()).isZero();
        Result again = run("keygen", file);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).hasLineCount(1).contains(file).contains("exists already");
    }

    @Test
    void saysThatTheOutputCannotBeWritten() throws Exception {
        CommandHandler endless = (_, _, output) -> {
            while (true) {
                output.line("and so on");
            }
        };
        try (ControlServer _ = ControlServer.open(socket(), Access.OWNER_ONLY, endless)) {
            assertThat(broken("No space left on device", "dump", "table"))
                    .isEqualTo(new Result(1, "", "conntwin: the output cannot be written (No space left on device)\n"));
            assertThat(broken("Broken pipe", "dump", "table")).isEqualTo(new Result(1, "", ""));
        }
        assertThat(broken("No space left on device", "--version").code()).isEqualTo(1);
    }

    private Path socket() {
        return folder.resolve("c.sock");
    }

    private Result broken(String reason, String... arguments) {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> words = Stream.concat(Stream.of("--socket", socket().toString()), Arrays.stream(arguments))
                .toList();
        int code = Main.run(words, full, new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(code, "", err.toString(StandardCharsets.UTF_8));
    }
}
