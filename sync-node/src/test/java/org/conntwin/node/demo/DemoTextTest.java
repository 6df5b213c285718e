package org.conntwin.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.junit.jupiter.api.Test;

class DemoTextTest {
    @Test
    void shouldReportFlowsInLinesThatReadBack() throws DemoException {
        FlowReport report = new FlowReport(FlowReport.Kind.UDP, 17, FlowReport.State.OPEN, true, 123_456);
        assertThat(FlowReport.parse(report.line())).isEqualTo(report);
        assertThatThrownBy(() -> FlowReport.parse("FLOW TCP x OPEN 1 2")).isInstanceOf(DemoException.class);
        assertThatThrownBy(() -> FlowReport.parse("FLOW SCTP 1 OPEN 1 2")).isInstanceOf(DemoException.class);
        AgentStatus status = new AgentStatus(10, 9, 8, 7, 1);
        assertThat(AgentStatus.parse(status.line())).isEqualTo(status);
        assertThatThrownBy(() -> AgentStatus.parse("STATUS 1")).isInstanceOf(DemoException.class);
    }

    @Test
    void shouldReadTheNodesStatus() throws DemoException {
        String json = """
                {"node":"fw2","role":"backup","entries":{"internal":3,"external":2200,"table":3},
                 "peers":[{"name":"fw1","state":"up","role":"active","parity":true},{"name":"fw3","parity":false}],"lastCommit":null}
                """;
        assertThat(NodeStatus.parse(json)).isEqualTo(new NodeStatus("backup", 2200, true));
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
    void shouldWriteNodeConfigurationsThatTheNodeAccepts() {
        String text = NodeProcess.configuration("fw2", "backup", Path.of("/x/cluster.key"), Path.of("/x/fw2.sock"));
        assertThat(ConfigReader.parse(text, "fw2.yaml")).isInstanceOfSatisfying(ConfigResult.Valid.class, valid -> {
            assertThat(valid.config().node()).isEqualTo("fw2");
            assertThat(valid.config().control().socket()).isEqualTo(Path.of("/x/fw2.sock"));
        });
    }

    @Test
    void shouldGiveIpv6LinesOnlyWhereTheKernelHasIpv6() {
        LabPlan both = new LabPlan("p-", true);
        LabPlan ipv4 = new LabPlan("p-", false);
        assertThat(both.takeAddresses()).contains("fd77:1::1/128", "fd77:2::1/128");
        assertThat(ipv4.takeAddresses() + ipv4.firewall("fw1") + ipv4.endHost("client") + ipv4.sysctls())
                .doesNotContain("fd77", "ipv6");
        assertThat(both.wiring())
                .contains("netns add p-fw2\n", "link add lan0 netns p-fw2 type veth peer name p-fw2 netns p-lan\n");
    }

    @Test
    void shouldSlowTheFlowsDownWhenThereAreMany() {
        assertThat(Traffic.intervalMicros(new DemoOptions(100, "kernel", 1))).isEqualTo(75_000);
        assertThat(Traffic.intervalMicros(new DemoOptions(8_000, "kernel", 1))).isEqualTo(1_100_000);
    }

    @Test
    void shouldRefuseWrongOptionsWithTheExitCodeOfAUsageError() {
        assertThat(Demo.run(new DemoOptions(0, "kernel", 1))).isEqualTo(2);
        assertThat(Demo.run(new DemoOptions(DemoOptions.MAX_FLOWS + 1, "kernel", 1)))
                .isEqualTo(2);
        assertThat(Demo.run(new DemoOptions(10, "userspace", 1))).isEqualTo(2);
    }
}
