package org.conntwin.node.ha;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldRuleTest {
    private static final long LIMIT = 2_000_000_000L;

    private final HoldRule rule = new HoldRule(LIMIT);
    private long now = -5_000_000_000L;

    private boolean closedAfter(long nanos) {
        now += nanos;
        return rule.closed(now);
    }

    private void closed() {
        rule.steppedDown(now);
        assertThat(closedAfter(HoldRule.SETTLE_NANOS)).isTrue();
    }

    @Test
    void whoWasToldNothingHoldsNothing() {
        assertThat(closedAfter(3_600_000_000_000L)).isFalse();
    }

    @Test
    void packetsWaitOnlyAWhileAfterTheNodeSteppedDown() {
        rule.steppedDown(now);
        assertThat(closedAfter(HoldRule.SETTLE_NANOS - 1)).isFalse();
        rule.steppedDown(now);
        assertThat(closedAfter(1)).as("once more is not anew").isTrue();
        assertThat(closedAfter(3_600_000_000_000L))
                .as("as long as none has come")
                .isTrue();
    }

    @Test
    void theCommitLetsThemGo() {
        closed();
        rule.held(now);
        rule.takingOver(now);
        rule.committed();
        assertThat(closedAfter(0)).isFalse();
        assertThat(closedAfter(3_600_000_000_000L)).isFalse();
        rule.steppedDown(now);
        assertThat(closedAfter(HoldRule.SETTLE_NANOS)).isTrue();
    }

    @Test
    void theyDoNotWaitLongForATakeoverThatDoesNotCome() {
        closed();
        rule.held(now);
        assertThat(closedAfter(LIMIT - 1)).isTrue();
        rule.held(now);
        assertThat(closedAfter(1)).isFalse();
        assertThat(rule.expired()).isEqualTo(1);
        assertThat(closedAfter(HoldRule.FIRST_PAUSE_NANOS - 1)).isFalse();
        assertThat(closedAfter(1)).isTrue();
    }

    @Test
    void aTakeoverThatHasBegunGivesThemLonger() {
        closed();
        rule.held(now);
        now += LIMIT - 1;
        rule.takingOver(now);
        assertThat(closedAfter(HoldRule.COMMIT_NANOS - 1)).isTrue();
        rule.held(now);
        assertThat(closedAfter(1)).isFalse();
    }

    @Test
    void eachTimeItHoldsNothingForLonger() {
        closed();
        long pause = HoldRule.FIRST_PAUSE_NANOS;
        for (int i = 0; i < 12; i++) {
            rule.held(now);
            assertThat(closedAfter(LIMIT)).isFalse();
            assertThat(closedAfter(pause - 1)).isFalse();
            assertThat(closedAfter(1)).isTrue();
            pause = Math.min(HoldRule.LONGEST_PAUSE_NANOS, 2 * pause);
        }
        rule.committed();
        closed();
        rule.held(now);
        assertThat(closedAfter(LIMIT)).isFalse();
        assertThat(closedAfter(HoldRule.FIRST_PAUSE_NANOS))
                .as("a new role begins anew")
                .isTrue();
    }
}
