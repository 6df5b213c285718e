package org.conntwin.node.demo.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.demo.flow.FlowReport.Kind;
import org.conntwin.node.demo.flow.FlowReport.State;
import org.conntwin.node.demo.flow.SurvivalTable.Outcome;
import org.junit.jupiter.api.Test;

class SurvivalTableTest {
    private static FlowReport tcp(int id, State state, boolean moved, long stallMicros) {
        return new FlowReport(Kind.TCP, id, state, moved, stallMicros);
    }

    private static FlowReport udp(int id, State state, boolean moved) {
        return new FlowReport(Kind.UDP, id, state, moved, 5);
    }

    @Test
    void shouldCallAFlowSurvivingOnlyWhenBothEndsMovedAndClosed() {
        FlowReport good = tcp(1, State.CLOSED, true, 1);
        assertThat(SurvivalTable.outcome(good, good)).isEqualTo(Outcome.SURVIVED);
        assertThat(SurvivalTable.outcome(good, tcp(1, State.CLOSED, false, 1))).isEqualTo(Outcome.STUCK);
        assertThat(SurvivalTable.outcome(tcp(1, State.CLOSED, false, 1), good)).isEqualTo(Outcome.STUCK);
        assertThat(SurvivalTable.outcome(tcp(1, State.CLOSING, true, 1), good)).isEqualTo(Outcome.STUCK);
        assertThat(SurvivalTable.outcome(good, tcp(1, State.RESET, true, 1))).isEqualTo(Outcome.RESET);
        assertThat(SurvivalTable.outcome(tcp(1, State.RESET, true, 1), tcp(1, State.CORRUPTED, true, 1)))
                .isEqualTo(Outcome.CORRUPTED);
        assertThat(SurvivalTable.outcome(good, null)).isEqualTo(Outcome.STUCK);
        assertThat(SurvivalTable.outcome(tcp(1, State.RESET, true, 1), null)).isEqualTo(Outcome.RESET);
    }

    @Test
    void shouldExpectAnOpenUdpFlowBecauseUdpHasNoEnd() {
        assertThat(SurvivalTable.outcome(udp(1, State.OPEN, true), udp(1, State.OPEN, true)))
                .isEqualTo(Outcome.SURVIVED);
        assertThat(SurvivalTable.outcome(udp(1, State.OPEN, true), udp(1, State.OPEN, false)))
                .isEqualTo(Outcome.STUCK);
    }

    @Test
    void shouldTakeTheWorseEndsStallAndItsQuantiles() {
        List<FlowReport> client = new ArrayList<>();
        List<FlowReport> server = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            client.add(tcp(id, State.CLOSED, true, id * 10_000L));
            server.add(tcp(id, State.CLOSED, true, id == 50 ? 2_000_000 : 0));
        }
        SurvivalTable table = SurvivalTable.of(client, server);
        assertThat(table.allSurvived()).isTrue();
        assertThat(table.text()).contains("p50 0.510 s  p99 1.000 s  max 2.000 s");
    }

    @Test
    void shouldNotCallItASuccessWhenOneFlowFailedOrNoneRan() {
        List<FlowReport> good = List.of(tcp(1, State.CLOSED, true, 1), udp(2, State.OPEN, true));
        assertThat(SurvivalTable.of(good, good).allSurvived()).isTrue();
        List<FlowReport> oneLost = List.of(tcp(1, State.CLOSED, true, 1), udp(2, State.OPEN, false));
        SurvivalTable table = SurvivalTable.of(oneLost, good);
        assertThat(table.allSurvived()).isFalse();
        assertThat(table.count(Kind.UDP, Outcome.STUCK)).isEqualTo(1);
        assertThat(SurvivalTable.of(List.of(), List.of()).allSurvived()).isFalse();
    }
}
