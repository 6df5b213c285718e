package org.conntwin.node.demo.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void shouldMeasurePausesOnlyWhileArmedAndFromTheirBeginning() {
        Progress progress = new Progress(0);
        progress.advance(1, 1000);
        assertThat(progress.longestStallNanos(5000)).isZero();
        progress.arm();
        progress.advance(1, 1500);
        assertThat(progress.longestStallNanos(1600)).isEqualTo(500);
        assertThat(progress.longestStallNanos(2600)).isEqualTo(1100);
        progress.disarm(2700);
        progress.advance(1, 9000);
        assertThat(progress.longestStallNanos(20_000)).isEqualTo(1200);
    }

    @Test
    void shouldCountOnlyBytesAfterTheMarkAsMoved() {
        Progress progress = new Progress(0);
        progress.advance(10, 1);
        assertThat(progress.movedSinceMark()).isTrue();
        progress.mark();
        assertThat(progress.movedSinceMark()).isFalse();
        progress.advance(1, 2);
        assertThat(progress.movedSinceMark()).isTrue();
        assertThat(progress.received()).isEqualTo(11);
    }
}
