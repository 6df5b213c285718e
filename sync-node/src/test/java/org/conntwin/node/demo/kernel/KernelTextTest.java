package org.conntwin.node.demo.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.node.demo.stage.DemoOptions;
import org.junit.jupiter.api.Test;

class KernelTextTest {
    @Test
    void shouldReportHowAllFlowsStandInALineThatReadsBack() throws DemoException {
        AgentStatus status = new AgentStatus(10, 9, 8, 7, 1);
        assertThat(AgentStatus.parse(status.line())).isEqualTo(status);
        assertThatThrownBy(() -> AgentStatus.parse("STATUS 1")).isInstanceOf(DemoException.class);
    }

    @Test
    void shouldWriteNodeConfigurationsThatTheNodeAccepts() {
        accepted("");
        accepted(LiveRules.section(550));
    }

    private static void accepted(String live) {
        String text =
                NodeProcess.configuration("fw2", "backup", live, Path.of("/x/cluster.key"), Path.of("/x/fw2.sock"));
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
}
