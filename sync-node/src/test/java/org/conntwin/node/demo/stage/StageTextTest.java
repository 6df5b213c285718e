package org.conntwin.node.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageTextTest {
    @Test
    void shouldReadTheNodesStatus() throws DemoException {
        String json = """
                {"node":"fw2","role":"backup","entries":{"internal":3,"external":2200,"table":3},
                 "peers":[{"name":"fw1","state":"up","role":"active","parity":true},{"name":"fw3","parity":false}],"lastCommit":null}
                """;
        assertThat(NodeStatus.parse(json)).isEqualTo(new NodeStatus("backup", 2200, 3, true));
        assertThatThrownBy(() -> NodeStatus.parse("no json")).isInstanceOf(DemoException.class);
    }

    @Test
    void shouldFindTheCommitSummaryAmongOtherLines() {
        String output =
                "warning\ncommitted 2200 entries, 3 expectations in 0.123 s (created 2190, updated 8, skipped 1, failed 1)\n1 table full\n";
        assertThat(CommitSummary.find(output)).hasValueSatisfying(summary -> {
            assertThat(summary.entries()).isEqualTo(2200);
            assertThat(summary.failed()).isEqualTo(1);
            assertThat(summary.seconds()).isEqualTo("0.123");
        });
        assertThat(CommitSummary.find("nothing")).isEmpty();
    }

    @Test
    void shouldSayWhetherASilentProgramLeftMessages(@TempDir Path folder) throws Exception {
        Undo undo = new Undo();
        try {
            for (String said : List.of("", "oh no")) {
                String script = said.isEmpty() ? "exec sleep 60" : "echo " + said + " >&2; echo on; exec sleep 60";
                Path errors = folder.resolve("errors-" + said.length());
                ChildProcess child = ChildProcess.start("guest", List.of("sh", "-c", script), errors, undo);
                if (!said.isEmpty()) {
                    assertThat(child.line(Duration.ofSeconds(30))).isEqualTo("on");
                }
                assertThatThrownBy(() -> child.line(Duration.ofMillis(20)))
                        .hasMessageStartingWith("guest said nothing for 0 s")
                        .hasMessageEndingWith(said.isEmpty() ? "it left no message" : "its last messages stand above");
            }
        } finally {
            undo.close();
        }
    }
}
