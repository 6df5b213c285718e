package org.conntwin.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SendWindowTest {
    private static final long MILLI = 1_000_000L;

    private final SendWindow window = new SendWindow();

    @BeforeEach
    void twoPeers() {
        window.peers(List.of("fw1", "fw2"), 0);
    }

    private void send(long from, long to, long now) {
        for (long sequence = from; sequence <= to; sequence++) {
            window.sent(sequence, 10, now);
        }
    }

    @Test
    void shouldBeOpenUntilAPeerOwesAWindow() {
        assertThat(window.open(0)).isTrue();
        send(1, SendWindow.PIECES - 1, 0);
        assertThat(window.open(0)).isTrue();
        send(SendWindow.PIECES, SendWindow.PIECES, 0);
        assertThat(window.open(0)).isFalse();
        window.acknowledged("fw1", 40, MILLI);
        assertThat(window.open(MILLI)).as("the other still owes all").isFalse();
        window.acknowledged("fw2", 1, MILLI);
        assertThat(window.open(MILLI)).isTrue();
    }

    @Test
    void shouldLeaveOutAPeerThatSaysNothing() {
        send(1, SendWindow.PIECES, 0);
        window.acknowledged("fw1", SendWindow.PIECES, MILLI);
        assertThat(window.open(300 * MILLI)).isFalse();
        assertThat(window.anyStalled(300 * MILLI)).isFalse();
        assertThat(window.open(301 * MILLI)).isTrue();
        assertThat(window.anyStalled(301 * MILLI)).isTrue();
        send(SendWindow.PIECES + 1, SendWindow.PIECES + 5, 302 * MILLI);
        window.acknowledged("fw2", 3, 303 * MILLI);
        assertThat(window.anyStalled(304 * MILLI)).as("it speaks again").isFalse();
        assertThat(window.open(304 * MILLI)).isFalse();
    }

    @Test
    void shouldNotCallAPeerStalledThatOwesNothing() {
        send(1, 3, 0);
        window.acknowledged("fw1", 3, 0);
        window.acknowledged("fw2", 3, 0);
        assertThat(window.anyStalled(1_000_000 * MILLI)).isFalse();
        send(4, 4, 1_000_000 * MILLI);
        assertThat(window.anyStalled(1_000_000 * MILLI))
                .as("it had no time to answer")
                .isFalse();
    }

    @Test
    void shouldLeaveOutAPeerThatOwesMoreThanIsRemembered() {
        int most = SendWindow.REMEMBERED;
        send(1, most, 0);
        assertThat(window.anyStalled(0)).isTrue();
        assertThat(window.open(0)).isTrue();
        assertThat(window.unacknowledgedRecords("fw1")).as("as far as known").isBetween(10L * (most - 1), 10L * most);
        send(most + 1, 3L * most, 5 * MILLI);
        assertThat(window.unacknowledgedRecords("fw1")).isBetween(10L * (most - 1), 30L * most);
        assertThat(window.lagNanos("fw1", 9 * MILLI)).isEqualTo(9 * MILLI);
        window.acknowledged("fw1", 3L * most - 1, 9 * MILLI);
        assertThat(window.lagNanos("fw1", 9 * MILLI)).isEqualTo(4 * MILLI);
        assertThat(window.unacknowledgedRecords("fw1")).isEqualTo(10);
        window.acknowledged("fw1", 3L * most, 9 * MILLI);
        assertThat(window.lagNanos("fw1", 9 * MILLI)).isZero();
        assertThat(window.unacknowledgedRecords("fw1")).isZero();
    }

    @Test
    void shouldTellTheAgeOfTheOldestPieceOwed() {
        window.sent(1, 10, 10 * MILLI);
        window.sent(2, 10, 20 * MILLI);
        assertThat(window.lagNanos("fw1", 50 * MILLI)).isEqualTo(40 * MILLI);
        window.acknowledged("fw1", 1, 30 * MILLI);
        assertThat(window.lagNanos("fw1", 50 * MILLI)).isEqualTo(30 * MILLI);
        assertThat(window.unacknowledgedRecords("fw1")).isEqualTo(10);
        window.acknowledged("fw1", 2, 40 * MILLI);
        window.sent(3, 10, 60 * MILLI);
        assertThat(window.lagNanos("fw1", 61 * MILLI)).isEqualTo(MILLI);
        assertThat(window.lagNanos("nobody", 61 * MILLI)).isZero();
        assertThat(window.unacknowledgedRecords("nobody")).isZero();
    }

    @Test
    void shouldBeginAnewWithTheStream() {
        send(1, 50, 0);
        window.restart();
        assertThat(window.unacknowledgedRecords("fw1")).isZero();
        send(1, 2, MILLI);
        assertThat(window.unacknowledgedRecords("fw1")).isEqualTo(20);
        assertThat(window.lagNanos("fw1", 2 * MILLI)).isEqualTo(MILLI);
        window.acknowledged("fw1", 50, 2 * MILLI);
        assertThat(window.unacknowledgedRecords("fw1"))
                .as("an answer to the stream before")
                .isEqualTo(20);
    }

    @Test
    void shouldForgetPeersThatAreGoneAndCreditNewOnes() {
        send(1, SendWindow.PIECES, 0);
        window.peers(List.of("fw3"), MILLI);
        assertThat(window.open(MILLI))
                .as("a new peer owes nothing of what was before it")
                .isTrue();
        assertThat(window.hasPeers()).isTrue();
        window.acknowledged("fw1", 5, MILLI);
        window.peers(List.of(), MILLI);
        assertThat(window.hasPeers()).isFalse();
        assertThat(window.open(MILLI)).isTrue();
    }

    @Test
    void shouldNotTakeAnOldAnswerForAStepBack() {
        send(1, 10, 0);
        window.acknowledged("fw1", 8, 0);
        window.acknowledged("fw1", 3, 0);
        assertThat(window.unacknowledgedRecords("fw1")).isEqualTo(20);
    }
}
