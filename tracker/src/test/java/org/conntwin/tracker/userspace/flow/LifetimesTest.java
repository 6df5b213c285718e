package org.conntwin.tracker.userspace.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LifetimesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long[] LIVES = {0, 1, 2, 10, 30, 60, 120, 300, 3600, 432_000, 8_589_934, Integer.MAX_VALUE};

    private final Lifetimes lifetimes = new Lifetimes();
    private final List<Flow> alive = new ArrayList<>();
    private int ids;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void flowsEndInOrderHoweverTheirLivesChange(long seed) {
        Random random = new Random(seed);
        long now = random.nextLong() >> 2;
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> add(now, now + LIVES[random.nextInt(LIVES.length)] * SECOND + random.nextInt(1000));
                case 3 -> change(random, now);
                case 4 -> remove(random);
                default -> {
                    now += switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(5_000_000);
                        case 1 -> random.nextLong(2 * SECOND);
                        case 2 -> random.nextLong(400 * SECOND);
                        default -> random.nextInt(50) == 0 ? random.nextLong(500_000 * SECOND) : 1000;
                    };
                    endAll(now);
                }
            }
        }
        endAll(now + 3L * Integer.MAX_VALUE * SECOND);
        assertThat(alive).isEmpty();
    }

    @Test
    void oneCallLooksAtNoMoreThanItMay() {
        for (int i = 0; i < 1000; i++) {
            add(0, SECOND);
        }
        assertThat(lifetimes.ended(2 * SECOND, 100)).isNull();
        assertThat(lifetimes.pending(2 * SECOND)).isTrue();
        int calls = 0;
        while (lifetimes.ended(2 * SECOND, 100) == null) {
            assertThat(calls++).isLessThan(100);
        }
        endAll(2 * SECOND);
        assertThat(alive).isEmpty();
        assertThat(lifetimes.pending(2 * SECOND)).isFalse();
    }

    @Test
    void anEmptyWheelPassesOverYearsAtOnce() {
        add(0, SECOND);
        endAll(SECOND);
        assertThat(lifetimes.ended(300_000_000L * SECOND, 3)).isNull();
        assertThat(lifetimes.pending(300_000_000L * SECOND)).isFalse();
    }

    @Test
    void manyFlowsThatEndWithinATickComeInOrder() {
        Random random = new Random(5);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5_000; i++) {
                add(round * SECOND, (round + 1) * SECOND + random.nextInt(1_000));
            }
            endAll((round + 1) * SECOND + 500);
            endAll((round + 1) * SECOND + 1_000);
            assertThat(alive).isEmpty();
        }
    }

    private void add(long now, long end) {
        TupleKey key = new TupleKey();
        key.keys = ++ids;
        Tuple original = key.tuple();
        Flow flow = new Flow(key, original.inverted(), Zone.DEFAULT, ids);
        flow.end = end;
        lifetimes.add(flow, now);
        alive.add(flow);
    }

    private void change(Random random, long now) {
        if (alive.isEmpty()) {
            return;
        }
        Flow flow = alive.get(random.nextInt(alive.size()));
        long end = now + LIVES[1 + random.nextInt(LIVES.length - 1)] * SECOND;
        boolean shorter = end < flow.end;
        flow.end = end;
        if (shorter) {
            lifetimes.shortened(flow);
        }
    }

    private void remove(Random random) {
        if (!alive.isEmpty()) {
            lifetimes.remove(alive.remove(random.nextInt(alive.size())));
        }
    }

    private void endAll(long now) {
        List<Flow> expected = alive.stream()
                .filter(flow -> flow.ended(now))
                .sorted(Comparator.comparingLong((Flow flow) -> flow.end).thenComparingInt(Flow::id))
                .toList();
        List<Flow> ended = new ArrayList<>();
        do {
            for (Flow flow = lifetimes.ended(now, 50); flow != null; flow = lifetimes.ended(now, 50)) {
                ended.add(flow);
                lifetimes.remove(flow);
            }
        } while (lifetimes.pending(now));
        assertThat(ended).isEqualTo(expected);
        alive.removeAll(expected);
    }
}
