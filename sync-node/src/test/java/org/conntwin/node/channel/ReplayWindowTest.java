package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldAgreeWithASetOfAllCountersSeen(long seed) {
        Random random = new Random(seed);
        ReplayWindow window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        long base = 0;
        for (int i = 0; i < 200_000; i++) {
            if (random.nextInt(2_000) == 0) {
                base += random.nextInt(3 * ReplayWindow.WIDTH);
            }
            base += random.nextInt(3);
            long counter = Math.max(0, base - random.nextInt(random.nextInt(20) == 0 ? 2 * ReplayWindow.WIDTH : 200));
            long oldest = (Math.floorDiv(highest, 64) - ReplayWindow.WIDTH / 64 + 1) * 64;
            boolean expected = counter >= oldest && !seen.contains(counter);
            assertThat(window.fresh(counter))
                    .as("counter %d, highest %d", counter, highest)
                    .isEqualTo(expected);
            if (expected) {
                window.mark(counter);
                seen.add(counter);
                highest = Math.max(highest, counter);
            }
        }
    }

    @Test
    void shouldRefuseNegativeCounters() {
        assertThat(new ReplayWindow().fresh(-1)).isFalse();
    }
}
