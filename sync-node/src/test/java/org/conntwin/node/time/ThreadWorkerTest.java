package org.conntwin.node.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ThreadWorkerTest {
    private static final Turns TURNS = Turns.threads(Clock.SYSTEM);

    @Test
    void everyWakeIsFollowedByATurnThatSeesWhatWasBeforeIt() throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        LinkedBlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        try (Worker worker = TURNS.worker("woken", () -> {
            seen.add(told.get());
            return Turn.UNTIL_WOKEN;
        })) {
            worker.start();
            for (int number = 1; number <= 20_000; number++) {
                told.set(number);
                worker.wake();
                int last = 0;
                while (last < number) {
                    Integer turn = seen.poll(10, TimeUnit.SECONDS);
                    assertThat(turn).as("a turn after wake %d", number).isNotNull();
                    last = turn;
                }
            }
        }
    }

    @Test
    void aTurnThatWantsTheNextOneIsNotWokenForIt() throws InterruptedException {
        LinkedBlockingQueue<Integer> turns = new LinkedBlockingQueue<>();
        AtomicInteger count = new AtomicInteger();
        try (Worker worker = TURNS.worker("restless", () -> {
            turns.add(count.incrementAndGet());
            return count.get() < 100 ? 0 : Turn.UNTIL_WOKEN;
        })) {
            worker.start();
            for (int turn = 1; turn <= 100; turn++) {
                assertThat(turns.poll(10, TimeUnit.SECONDS)).isEqualTo(turn);
            }
            assertThat(turns.poll(50, TimeUnit.MILLISECONDS))
                    .as("it is not woken")
                    .isNull();
        }
    }

    @Test
    void aFailureCostsOneTurnOnly() throws InterruptedException {
        LinkedBlockingQueue<Integer> turns = new LinkedBlockingQueue<>();
        AtomicInteger count = new AtomicInteger();
        try (Worker worker = TURNS.worker("failing", () -> {
            int turn = count.incrementAndGet();
            if (turn == 1) {
                throw new IllegalStateException("the first turn fails, as this test wants it");
            }
            turns.add(turn);
            return Turn.UNTIL_WOKEN;
        })) {
            worker.start();
            assertThat(turns.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void aClosedOneTakesNoMoreTurns() throws InterruptedException {
        AtomicInteger count = new AtomicInteger();
        Worker worker = TURNS.worker("closed", () -> {
            count.incrementAndGet();
            return TimeUnit.MILLISECONDS.toNanos(1);
        });
        worker.start();
        worker.close();
        assertThat(worker.works()).isFalse();
        int turns = count.get();
        worker.wake();
        TimeUnit.MILLISECONDS.sleep(20);
        assertThat(count.get()).isEqualTo(turns);
    }
}
