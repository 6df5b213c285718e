package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.conntwin.node.control.ControlCalls.PATIENT;

import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator is told when the node is not there, goes away, or takes its time. */
@Timeout(60)
final class ControlClientTest {
    private final Path folder;
    private final ControlCalls control;

    ControlClientTest(@TempDir Path folder) {
        this.folder = folder;
        control = new ControlCalls(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch.sock", "nosuch/c.sock"})
    void saysThatNoNodeAnswersAndHowToStartOne(String name) {
        assertThatThrownBy(() -> ControlClient.run(
                        folder.resolve(name),
                        List.of("status"),
                        null,
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream()))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining(folder.resolve(name).toString())
                .hasMessageContaining("conntwin node --config FILE");
    }

    @Test
    void saysWhenTheNodeEndsInTheMiddleOfACommand() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CommandHandler handler = (_, _, _) -> {
            running.countDown();
            new CountDownLatch(1).await();
            return 0;
        };
        ControlServer server = control.open(handler, PATIENT);
        AtomicReference<String> answer = new AtomicReference<>();
        Thread client =
                Thread.ofPlatform().start(() -> answer.set(control.run(OutputStream.nullOutputStream(), "commit")));
        running.await();
        server.close();
        client.join();
        assertThat(answer.get()).contains("went away before the command's end");
    }

    @Test
    void aCommandMayTakeLongerThanASilentNodeIsWaitedFor() throws Exception {
        CommandHandler handler = (_, _, output) -> {
            Thread.sleep(ControlClient.SILENCE_MILLIS + 3_000);
            output.line("done");
            return 0;
        };
        try (ControlServer _ = control.open(handler, PATIENT)) {
            assertThat(control.ask("commit").out()).isEqualTo("done\n");
        }
    }

    @Test
    void aNodeThatIsSilentIsGivenUp() throws Exception {
        try (ServerSocketChannel frozen = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            frozen.bind(UnixDomainSocketAddress.of(control.socket()));
            assertThatThrownBy(() -> control.ask("status"))
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining(control.socket().toString())
                    .hasMessageContaining("has not answered for 10 s");
        }
    }
}
