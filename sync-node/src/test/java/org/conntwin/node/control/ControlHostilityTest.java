package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.control.ControlCalls.HASTY;
import static org.conntwin.node.control.ControlCalls.PATIENT;
import static org.conntwin.node.control.ControlCalls.assertClosed;
import static org.conntwin.node.control.ControlCalls.frame;
import static org.conntwin.node.control.ControlCalls.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.conntwin.node.control.ControlCalls.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that break off, fall silent, send garbage or are too many. */
@Timeout(60)
final class ControlHostilityTest {
    private final ControlCalls control;

    ControlHostilityTest(@TempDir Path folder) {
        control = new ControlCalls(folder);
    }

    @Test
    void refusesAnInputLineWithoutEnd() throws Exception {
        AtomicReference<String> failure = new AtomicReference<>("");
        CommandHandler handler = (_, input, _) -> {
            try {
                input.line();
                return 0;
            } catch (IOException e) {
                failure.set(String.valueOf(e.getMessage()));
                throw e;
            }
        };
        try (ControlServer server = control.open(handler, PATIENT);
                SocketChannel client = control.connect()) {
            write(client, frame('R', "load"), frame('I', "x".repeat(20_000)));
            assertClosed(client);
            await().until(() -> failure.get().contains("16384"));
            assertThat(server.drops()).containsEntry("malformed", 1L);
        }
    }

    @Test
    void tellsACommandThatItsInputBrokeOff() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        CommandHandler handler = (_, input, _) -> {
            try {
                while (input.line() != null) {}
                return 0;
            } catch (IOException e) {
                told.countDown();
                throw e;
            }
        };
        try (ControlServer _ = control.open(handler, PATIENT)) {
            try (SocketChannel client = control.connect()) {
                write(client, frame('R', "load"), frame('I', "half a li"));
            }
            told.await();
        }
    }

    @Test
    void endsACommandWhoseClientWentAway() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CommandHandler handler = (_, _, output) -> {
            try {
                while (true) {
                    output.line("and so on");
                }
            } catch (IOException e) {
                ended.countDown();
                throw e;
            }
        };
        try (ControlServer server = control.open(handler, PATIENT)) {
            for (int i = 0; i < 3; i++) {
                try (SocketChannel client = control.connect()) {
                    write(client, frame('R', "dump"));
                    client.read(ByteBuffer.allocate(100));
                }
            }
            ended.await();
            assertThat(server.drops()).containsEntry("malformed", 0L);
        }
    }

    @Test
    void countsAndClosesGarbage() throws Exception {
        try (ControlServer server = control.open((_, _, _) -> 0, PATIENT)) {
            control.expectClosed(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            control.expectClosed(ByteBuffer.allocate(4).putInt(-1).flip());
            control.expectClosed(
                    ByteBuffer.allocate(4).putInt(Frame.MAX_BYTES + 1).flip());
            assertThat(server.drops()).containsEntry("oversized", 3L).containsEntry("malformed", 0L);
            control.expectClosed(ByteBuffer.allocate(4));
            control.expectClosed(frame('?', "what"));
            control.expectClosed(frame('I', "input first"));
            control.expectClosed(frame('R', ""));
            control.expectClosed(ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 'R', (byte) 0xff}));
            assertThat(server.drops()).containsEntry("oversized", 3L).containsEntry("malformed", 5L);
            try (SocketChannel half = control.connect()) {
                write(half, ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 'R', 's'}));
            }
            await().until(() -> server.drops().getOrDefault("malformed", 0L) == 6);
            assertThat(control.ask("status").code()).isZero();
        }
    }

    @Test
    void closesAClientThatSendsNoRequestOrNoInputOrReadsNothing() throws Exception {
        CommandHandler handler = (arguments, input, output) -> {
            if (arguments.getFirst().equals("load")) {
                input.line();
            }
            while (true) {
                output.line("and so on");
            }
        };
        try (ControlServer server = control.open(handler, HASTY);
                SocketChannel silent = control.connect();
                SocketChannel starving = control.connect();
                SocketChannel stuck = control.connect()) {
            write(starving, frame('R', "load"));
            write(stuck, frame('R', "dump"));
            assertClosed(silent);
            assertClosed(starving);
            await().until(() -> server.drops().getOrDefault("idle", 0L) == 3);
        }
    }

    @Test
    void refusesClientsBeyondTheLimitInClearWords() throws Exception {
        Semaphore release = new Semaphore(0);
        CommandHandler handler = (_, _, _) -> {
            release.acquire();
            return 0;
        };
        List<SocketChannel> waiting = new ArrayList<>();
        try (ControlServer server = control.open(handler, PATIENT)) {
            for (int i = 0; i < PATIENT.clients(); i++) {
                SocketChannel client = control.connect();
                write(client, frame('R', "commit"));
                waiting.add(client);
            }
            Answer refused = control.ask("status");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("as many clients as it can");
            assertThat(server.drops()).containsEntry("too-many-clients", 1L);
            release.release(100);
            for (SocketChannel client : waiting) {
                assertClosed(client);
            }
            await().until(() -> control.ask("status").code() == 0);
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }
}
