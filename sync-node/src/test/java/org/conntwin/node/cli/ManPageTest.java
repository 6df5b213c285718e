package org.conntwin.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ManPageTest {
    private static String printed(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Main.run(List.of(arguments), out, new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void hasEveryCommandWithAllItsOptionsAndExamples() {
        String page = printed("generate-man")
                .replace("\\-", "-")
                .replace("\\(aq", "'")
                .replace("\\(dq", "\"");
        Stream.concat(NodeSide.commands().stream(), LocalSide.commands().stream())
                .filter(command -> !command.hidden())
                .forEach(command -> {
                    assertThat(page).contains("\n.SS conntwin " + command.name(), "\n" + command.summary() + "\n");
                    command.options()
                            .forEach(option -> assertThat(page)
                                    .contains("\\fB" + option.name() + "\\fR", "\n" + option.meaning() + "\n"));
                    assertThat(page).contains(command.examples());
                });
        assertThat(page)
                .contains("\\fB--socket\\fR PATH\n", "\\fB--json\\fR\n")
                .doesNotContain("demo-node", "generate-");
    }

    @Test
    void isOfLinesThatManUnderstands() {
        assertThat(printed("generate-man").lines())
                .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
                .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|PP|B|br|nf|fi|RS|RE)( .*)?"));
        assertThat(ManPage.of(
                        "1",
                        ".dots and 'quotes' and \\backslashes",
                        List.of(),
                        List.of(CliCommand.of("a", "", "'tis", List.of(".x"), (words, cli) -> 0))))
                .contains("\n\\&.dots and \\(aqquotes\\(aq and \\ebackslashes\n", "\n\\(aqtis\n", "\n\\&.x\n");
    }
}
