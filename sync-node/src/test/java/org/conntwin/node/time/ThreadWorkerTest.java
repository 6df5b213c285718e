package org.conntwin.node.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
    void anIdlePartTakesItsTurnOnTheThreadThatLendsIt() throws InterruptedException {
        LinkedBlockingQueue<Thread> turns = new LinkedBlockingQueue<>();
        try (Worker worker = TURNS.worker("lent", () -> {
            turns.add(Thread.currentThread());
            return Turn.UNTIL_WOKEN;
        })) {
            worker.start();
            assertThat(turns.poll(10, TimeUnit.SECONDS)).isNotEqualTo(Thread.currentThread());
            Thread taker = null;
            for (int attempt = 0; attempt < 1_000 && !Thread.currentThread().equals(taker); attempt++) {
                worker.lend();
                taker = turns.poll(10, TimeUnit.SECONDS);
                assertThat(taker).as("a turn for each that is lent").isNotNull();
            }
            assertThat(taker).as("once the part's own thread sleeps").isEqualTo(Thread.currentThread());
        }
    }

    @Test
    void everyLentTurnIsTakenAndNoTwoAtATime() throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger within = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        try (Worker worker = TURNS.worker("shared", () -> {
            together.accumulateAndGet(within.incrementAndGet(), Math::max);
            int now = told.get();
            int before = seen.getAndSet(now);
            within.decrementAndGet();
            return before == now ? Turn.UNTIL_WOKEN : 0;
        })) {
            worker.start();
            Runnable lender = () -> {
                for (int number = 0; number < 20_000; number++) {
                    told.incrementAndGet();
                    worker.lend();
                }
            };
            Thread other = Thread.ofPlatform().start(lender);
            lender.run();
            other.join();
            await().until(() -> seen.get() == 40_000);
            assertThat(together).hasValue(1);
        }
    }

    @Test
    void aLentTurnThatWantsToComeBackSoonerWakesThePartsOwnThread() {
        AtomicInteger turns = new AtomicInteger();
        try (Worker worker =
                TURNS.worker("sooner", () -> turns.incrementAndGet() == 2 ? 1_000_000L : TimeUnit.MINUTES.toNanos(1))) {
            worker.start();
            await().until(() -> turns.get() == 1);
            worker.lend();
            await().atMost(10, TimeUnit.SECONDS).until(() -> turns.get() >= 3);
        }
    }

    @Test
    void afterALentTurnThatFailsThePartsOwnThreadTakesTheNext() {
        AtomicInteger turns = new AtomicInteger();
        LinkedBlockingQueue<Thread> takers = new LinkedBlockingQueue<>();
        try (Worker worker = TURNS.worker("stumbling", () -> {
            int turn = turns.incrementAndGet();
            takers.add(Thread.currentThread());
            if (turn < 4) {
                throw new IllegalStateException("turn " + turn);
            }
            return Turn.UNTIL_WOKEN;
        })) {
            worker.start();
            await().until(() -> turns.get() == 1);
            while (turns.get() < 4) {
                worker.lend();
                Thread.onSpinWait();
            }
            assertThat(takers).doesNotContain(Thread.currentThread());
        }
    }

    @Test
    void noTurnIsTakenOnceThePartIsClosed() {
        AtomicInteger turns = new AtomicInteger();
        Worker worker = TURNS.worker("closed", () -> {
            turns.incrementAndGet();
            return Turn.UNTIL_WOKEN;
        });
        worker.start();
        await().until(() -> turns.get() == 1);
        worker.close();
        worker.lend();
        assertThat(turns).hasValue(1);
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
