package org.conntwin.node.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.SctpState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlowMergeTest {
    private static Conntrack sctp(int state, int originalTag, int replyTag) {
        ConntrackBuilder flow = Flows.builder(1);
        flow.state = new SctpState(state, originalTag, replyTag);
        return Flows.built(flow);
    }

    private static Conntrack sctp(int state) {
        return sctp(state, 1, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, COOKIE_WAIT",
        "COOKIE_WAIT, COOKIE_ECHOED",
        "COOKIE_ECHOED, HEARTBEAT_SENT",
        "HEARTBEAT_SENT, ESTABLISHED",
        "ESTABLISHED, SHUTDOWN_SENT",
        "ESTABLISHED, SHUTDOWN_RECD",
        "SHUTDOWN_RECD, SHUTDOWN_ACK_SENT",
        "SHUTDOWN_ACK_SENT, CLOSED",
        "ESTABLISHED, CLOSED",
    })
    void shouldKnowWhichStateOfAnAssociationIsFurther(String behind, String further) {
        int before = SctpState.NAMES.indexOf(behind);
        int after = SctpState.NAMES.indexOf(further);
        Conntrack merged = Known.known(FlowMerge.merged(sctp(before), sctp(after)));
        assertThat(merged.state()).isEqualTo(new SctpState(after, 1, 2));
        assertThat(FlowMerge.merged(sctp(after), sctp(before))).isNull();
    }

    @Test
    void shouldTellANewAssociationFromAnOldOneByItsTags() {
        Conntrack over = sctp(SctpState.CLOSED);
        assertThat(FlowMerge.reopened(over, sctp(SctpState.COOKIE_WAIT, 0, 3))).isTrue();
        assertThat(FlowMerge.reopened(over, sctp(SctpState.ESTABLISHED, 4, 3))).isTrue();
        assertThat(FlowMerge.reopened(over, sctp(SctpState.ESTABLISHED)))
                .as("the same one, as a node saw it that did not see its end")
                .isFalse();
        assertThat(FlowMerge.reopened(over, sctp(SctpState.COOKIE_WAIT, 0, 2))).isFalse();
        assertThat(FlowMerge.reopened(sctp(SctpState.ESTABLISHED), sctp(SctpState.COOKIE_WAIT, 0, 3)))
                .isFalse();
        assertThat(FlowMerge.reopened(over, sctp(SctpState.CLOSED, 4, 3))).isFalse();
    }
}
