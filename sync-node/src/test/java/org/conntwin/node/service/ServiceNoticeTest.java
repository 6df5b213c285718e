package org.conntwin.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.conntwin.tracker.netlink.ffi.UnixDatagramReceiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ServiceNoticeTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void tellsTheSocketOfTheEnvironmentWhatIsGoingOn() {
        String address = "@conntwin-notice-" + ProcessHandle.current().pid();
        try (var systemd = new UnixDatagramReceiver(address)) {
            ServiceNotice notice = ServiceNotice.of(Map.of("NOTIFY_SOCKET", address), 1);
            notice.ready("backup, no peer in sight");
            notice.status("two\nlines");
            notice.alive("active");
            notice.stopping();
            assertThat(systemd.receive(SOON)).isEqualTo("READY=1\nSTATUS=backup, no peer in sight");
            assertThat(systemd.receive(SOON)).isEqualTo("STATUS=two lines");
            assertThat(systemd.receive(SOON)).isEqualTo("WATCHDOG=1\nSTATUS=active");
            assertThat(systemd.receive(SOON)).isEqualTo("STOPPING=1\nSTATUS=stopping");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vsock:2:1234", "relative/path"})
    void tellsNobodyWhereNoSocketIsNamed(String address) {
        ServiceNotice notice = ServiceNotice.of(Map.of("NOTIFY_SOCKET", address), 1);
        notice.ready("backup");
        assertThat(notice.wanted()).isFalse();
    }

    @Test
    void aSocketThatIsGoneDisturbsNothing() {
        ServiceNotice.of(Map.of("NOTIFY_SOCKET", "/nonexistent/notify"), 1).ready("backup");
    }

    @Test
    void theWatchdogIsForThisProcessOnlyAndItsIntervalMicroseconds() {
        assertThat(watchdog("30000000", "")).isEqualTo(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "7")).isEqualTo(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "8")).isEqualTo(Duration.ZERO);
        assertThat(watchdog("0", "7")).isEqualTo(Duration.ZERO);
        assertThat(watchdog("soon", "7")).isEqualTo(Duration.ZERO);
        assertThat(watchdog("9223372036854775807", "7")).isEqualTo(Duration.ZERO);
        assertThat(ServiceNotice.of(Map.of(), 7).watchdog()).isEmpty();
    }

    private static Duration watchdog(String micros, String pid) {
        return ServiceNotice.of(Map.of("WATCHDOG_USEC", micros, "WATCHDOG_PID", pid), 7)
                .watchdog()
                .orElse(Duration.ZERO);
    }
}
