package org.conntwin.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.conntwin.tracker.netlink.ffi.UnixDatagramReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WatchdogTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration A_WHILE = Duration.ofMillis(500);

    private final String address =
            "@conntwin-watchdog-" + ProcessHandle.current().pid();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ServiceNotice notice =
            ServiceNotice.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "300000"), 1);
    private UnixDatagramReceiver systemd;

    @BeforeEach
    void listen() {
        systemd = new UnixDatagramReceiver(address);
    }

    @AfterEach
    void end() {
        end.countDown();
        systemd.close();
    }

    private Thread untilTheEnd(CountDownLatch latch) {
        return Thread.ofPlatform().daemon().name("reader").start(() -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void isTimelyWhileTheThreadsLive() {
        LivingThreads threads = new LivingThreads(List.of(untilTheEnd(end)));
        try (Watchdog _ = Watchdog.start(notice, threads, () -> "backup")) {
            for (int i = 0; i < 4; i++) {
                assertThat(systemd.receive(Duration.ofMillis(300))).isEqualTo("WATCHDOG=1\nSTATUS=backup");
            }
        }
    }

    @Test
    void fallsSilentWhenAThreadHasEndedAndSaysSo() {
        CountDownLatch death = new CountDownLatch(1);
        LivingThreads threads = new LivingThreads(List.of(untilTheEnd(end), untilTheEnd(death)));
        try (Watchdog _ = Watchdog.start(notice, threads, () -> "backup")) {
            assertThat(systemd.receive(SOON)).startsWith("WATCHDOG=1");
            death.countDown();
            String told = systemd.receive(SOON);
            while (told != null && told.startsWith("WATCHDOG=1")) {
                told = systemd.receive(SOON);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(told).isEqualTo("STATUS=not well: the thread reader has ended");
                told = systemd.receive(SOON);
            }
        }
    }

    @Test
    void fallsSilentWhenALockIsHeldForGood() {
        Object lock = new Object();
        Supplier<String> summary = () -> {
            synchronized (lock) {
                return "backup";
            }
        };
        synchronized (lock) {
            try (Watchdog _ = Watchdog.start(notice, new LivingThreads(List.of()), summary)) {
                assertThat(systemd.receive(A_WHILE)).isNull();
            }
        }
    }

    @Test
    void fallsSilentWhenThreadsWaitForEachOther() {
        ReentrantLock one = new ReentrantLock();
        ReentrantLock other = new ReentrantLock();
        CountDownLatch both = new CountDownLatch(2);
        Thread first = Thread.ofPlatform().daemon().name("first").start(() -> embrace(one, other, both));
        Thread second = Thread.ofPlatform().daemon().name("second").start(() -> embrace(other, one, both));
        try (Watchdog _ = Watchdog.start(notice, new LivingThreads(List.of(first, second)), () -> "backup")) {
            String told = systemd.receive(SOON);
            while (told != null && told.startsWith("WATCHDOG=1")) {
                told = systemd.receive(SOON);
            }
            assertThat(told).isEqualTo("STATUS=not well: threads wait for each other for ever: [first, second]");
        } finally {
            first.interrupt();
            second.interrupt();
        }
    }

    private static void embrace(ReentrantLock mine, ReentrantLock yours, CountDownLatch both) {
        mine.lock();
        try {
            both.countDown();
            both.await();
            yours.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mine.unlock();
        }
    }

    @Test
    void aStatusThatCannotBeToldIsNoLife() {
        try (Watchdog _ = Watchdog.start(notice, new LivingThreads(List.of()), () -> {
            throw new IllegalStateException("closed");
        })) {
            assertThat(systemd.receive(SOON))
                    .isEqualTo("STATUS=not well: it cannot be asked: java.lang.IllegalStateException: closed");
        }
    }

    @Test
    void nobodyIsToldWhenNobodyWants() {
        try (Watchdog _ = Watchdog.start(ServiceNotice.of(Map.of(), 1), LivingThreads.ofNode(), () -> "backup")) {
            assertThat(systemd.receive(A_WHILE)).isNull();
        }
    }
}
