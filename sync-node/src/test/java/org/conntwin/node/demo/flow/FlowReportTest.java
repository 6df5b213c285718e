package org.conntwin.node.demo.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.conntwin.node.demo.stage.DemoException;
import org.junit.jupiter.api.Test;

class FlowReportTest {
    @Test
    void shouldReportFlowsInLinesThatReadBack() throws DemoException {
        FlowReport report = new FlowReport(FlowReport.Kind.UDP, 17, FlowReport.State.OPEN, true, 123_456);
        assertThat(FlowReport.parse(report.line())).isEqualTo(report);
        assertThatThrownBy(() -> FlowReport.parse("FLOW TCP x OPEN 1 2")).isInstanceOf(DemoException.class);
        assertThatThrownBy(() -> FlowReport.parse("FLOW SCTP 1 OPEN 1 2")).isInstanceOf(DemoException.class);
    }
}
