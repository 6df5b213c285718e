package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OwnEchoTest {
    private static final long BIRTH = -5_000_000_000L;
    private final OwnEcho echo = new OwnEcho(BIRTH);

    private boolean wanted(int seconds, boolean company) {
        return echo.wanted(BIRTH + TimeUnit.SECONDS.toNanos(seconds), company);
    }

    @Test
    void comesBackAtTheStartAndAMomentOfEveryMinute() {
        assertThat(wanted(0, false)).isTrue();
        assertThat(wanted(9, false)).isTrue();
        assertThat(wanted(10, false)).isFalse();
        assertThat(wanted(59, false)).isFalse();
        assertThat(wanted(61, false)).isTrue();
        assertThat(wanted(64, false)).isFalse();
        assertThat(wanted(3_600, false)).isTrue();
        assertThat(wanted(3_610, false)).isFalse();
    }

    @Test
    void comesBackForGoodOnceASecondNodeWasSeen() {
        assertThat(wanted(30, true)).isTrue();
        assertThat(wanted(31, false)).isTrue();
        assertThat(wanted(100, false)).isTrue();
        assertThat(echo.settled()).isTrue();
    }
}
