package org.conntwin.node.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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
}
