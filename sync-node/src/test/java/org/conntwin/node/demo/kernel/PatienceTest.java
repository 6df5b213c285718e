package org.conntwin.node.demo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PatienceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void endsWhenNothingGetsFurtherForAsLong() {
        Patience patience = new Patience(Duration.ofSeconds(20), 0);
        assertThat(patience.over(5, SECOND)).isFalse();
        assertThat(patience.over(5, 20 * SECOND)).isFalse();
        assertThat(patience.over(5, 21 * SECOND)).isTrue();
    }

    @Test
    void beginsAnewWithEveryProgress() {
        Patience patience = new Patience(Duration.ofSeconds(20), 0);
        for (int second = 1; second < 100; second += 10) {
            assertThat(patience.over(second, second * SECOND)).isFalse();
        }
        // A step back is none.
        assertThat(patience.over(0, 112 * SECOND)).isTrue();
    }

    @Test
    void hasAnEndWhateverTheProgress() {
        Patience patience = new Patience(Duration.ofSeconds(20), 0);
        assertThat(patience.over(1, 119 * SECOND)).isFalse();
        assertThat(patience.over(2, 120 * SECOND)).isTrue();
    }
}
