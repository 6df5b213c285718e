package org.conntwin.tracker.netlink.ffi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.conntwin.tracker.testing.Needs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixDatagramTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @BeforeAll
    static void linux() {
        Needs.met(System.getProperty("os.name").equals("Linux"), "needs Linux");
    }

    @Test
    void arrivesWholeAtAPath() {
        String address = folder.resolve("socket").toString();
        try (var receiver = new UnixDatagramReceiver(address)) {
            UnixDatagram.send(address, "READY=1\nSTATUS=\u00fcber".getBytes(UTF_8));
            UnixDatagram.send(address, "STOPPING=1".getBytes(UTF_8));
            assertThat(receiver.receive(SOON)).isEqualTo("READY=1\nSTATUS=\u00fcber");
            assertThat(receiver.receive(SOON)).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void arrivesAtAnAbstractName() {
        String address = "@conntwin-test/" + ProcessHandle.current().pid();
        try (var receiver = new UnixDatagramReceiver(address)) {
            UnixDatagram.send(address, "WATCHDOG=1".getBytes(UTF_8));
            assertThat(receiver.receive(SOON)).isEqualTo("WATCHDOG=1");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void takesTheLongestAddressAndRefusesALongerOne() {
        String longest = "@" + "n".repeat(106);
        try (var receiver = new UnixDatagramReceiver(longest)) {
            UnixDatagram.send(longest, new byte[] {'x'});
            assertThat(receiver.receive(SOON)).isEqualTo("x");
        }
        assertThatThrownBy(() -> UnixDatagram.send(longest + "n", new byte[1]))
                .isInstanceOf(SocketCallException.class)
                .hasMessageContaining("error 22");
    }

    @Test
    void aFullReceiverIsNotWaitedFor() {
        String address = folder.resolve("full").toString();
        try (var _ = new UnixDatagramReceiver(address)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            UnixDatagram.send(address, new byte[1_000]);
                        }
                    })
                    .isInstanceOf(SocketCallException.class)
                    .hasMessageContaining("error 11");
        }
    }

    @Test
    void nobodyThereIsAnError() {
        assertThatThrownBy(() -> UnixDatagram.send(folder.resolve("none").toString(), new byte[1]))
                .isInstanceOf(SocketCallException.class)
                .hasMessageContaining("connect");
    }
}
