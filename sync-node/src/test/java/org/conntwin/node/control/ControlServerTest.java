package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.conntwin.node.control.ControlServer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ControlServerTest {
    private static final Limits PATIENT =
            new Limits(4, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final Limits HASTY =
            new Limits(4, Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(300));

    @TempDir
    private Path folder;

    @Test
    void passesArgumentsLinesErrorsAndTheExitCode() throws Exception {
        CommandHandler handler = (arguments, _, output) -> {
            output.line("first");
            output.error("oh: " + String.join("|", arguments));
            output.line("läst \uD83D\uDE80");
            return 3;
        };
        try (ControlServer server = open(handler, PATIENT)) {
            Answer answer = ask("dump", "", "--filter", "a b\nc=ü");
            assertThat(answer.out).isEqualTo("first\nläst \uD83D\uDE80\n");
            assertThat(answer.err).isEqualTo("oh: dump||--filter|a b\nc=ü\n");
            assertThat(answer.code).isEqualTo(3);
            assertThat(server.drops().values()).containsOnly(0L);
        }
    }

    @Test
    void cutsALineLongerThanAFrameAndKeepsItWhole() throws Exception {
        String text = "x€\uD83D\uDE80".repeat(50_000);
        CommandHandler handler = (_, _, output) -> {
            output.line(text);
            output.error(text);
            return 0;
        };
        try (ControlServer _ = open(handler, PATIENT)) {
            Answer answer = ask("dump");
            assertThat(answer.out).isEqualTo(text + "\n");
            assertThat(answer.err).isEqualTo(text + "\n");
        }
    }

    @Test
    void holdsAMillionLinesBackUntilTheClientReadsThem() throws Exception {
        int lines = 1_000_000;
        AtomicLong written = new AtomicLong();
        CommandHandler handler = (_, _, output) -> {
            for (int i = 0; i < lines; i++) {
                output.line("tcp      6 431999 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=50404 dport=80 #" + i);
                written.incrementAndGet();
            }
            return 0;
        };
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong seen = new AtomicLong();
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("the client writes whole pieces");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                for (int i = from; i < from + length; i++) {
                    seen.addAndGet(bytes[i] == '\n' ? 1 : 0);
                }
            }
        };
        try (ControlServer _ = open(handler, PATIENT)) {
            Thread client = Thread.ofPlatform().start(() -> run(slow, "dump"));
            AtomicLong last = new AtomicLong(-1);
            // Standing still: two looks, 200 ms apart, see the same count.
            await().pollInterval(Duration.ofMillis(200))
                    .until(() -> written.get() > 0 && last.getAndSet(written.get()) == written.get());
            // About a megabyte at most: the marks of the channel and the kernel's buffers.
            assertThat(written.get()).isLessThan(12_000);
            go.countDown();
            client.join();
            assertThat(seen.get()).isEqualTo(lines);
        }
    }

    @Test
    void streamsInputOfAnyLengthToACommandThatReadsSlowly() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append("line ").append(i).append(i % 3 == 0 ? "\r\n" : "\n");
        }
        text.append("no end");
        CommandHandler handler = (_, input, output) -> {
            int count = 0;
            for (String line = input.line(); line != null; line = input.line()) {
                if (!line.equals("line " + count) && !line.equals("no end")) {
                    output.error("line " + count + " is " + line);
                }
                // An answer for many lines: both directions are full at the same time.
                output.line(line);
                count++;
            }
            output.line("total " + count + " then " + input.line());
            return 0;
        };
        try (ControlServer server = open(handler, PATIENT)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            InputStream input = new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(ControlClient.run(socket(), List.of("load"), input, out, err))
                    .isZero();
            assertThat(err.size()).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("total 200001 then null\n");
            assertThat(server.drops().values()).containsOnly(0L);
        }
    }

    @Test
    void answersALoadThatEndsBeforeItsInput() throws Exception {
        CommandHandler handler = (_, _, output) -> {
            output.error("no room");
            return 1;
        };
        try (ControlServer _ = open(handler, PATIENT)) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            InputStream endless = new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }
            };
            int code = ControlClient.run(socket(), List.of("load"), endless, new ByteArrayOutputStream(), err);
            assertThat(code).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("no room\n");
        }
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
        try (ControlServer server = open(handler, PATIENT);
                SocketChannel client = connect()) {
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
        try (ControlServer _ = open(handler, PATIENT)) {
            try (SocketChannel client = connect()) {
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
        try (ControlServer server = open(handler, PATIENT)) {
            for (int i = 0; i < 3; i++) {
                try (SocketChannel client = connect()) {
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
        try (ControlServer server = open((_, _, _) -> 0, PATIENT)) {
            expectClosed(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            expectClosed(ByteBuffer.allocate(4).putInt(-1).flip());
            expectClosed(ByteBuffer.allocate(4).putInt(Frame.MAX_BYTES + 1).flip());
            assertThat(server.drops()).containsEntry("oversized", 3L).containsEntry("malformed", 0L);
            expectClosed(ByteBuffer.allocate(4));
            expectClosed(frame('?', "what"));
            expectClosed(frame('I', "input first"));
            expectClosed(frame('R', ""));
            expectClosed(ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 'R', (byte) 0xff}));
            assertThat(server.drops()).containsEntry("oversized", 3L).containsEntry("malformed", 5L);
            try (SocketChannel half = connect()) {
                write(half, ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 'R', 's'}));
            }
            await().until(() -> server.drops().getOrDefault("malformed", 0L) == 6);
            assertThat(ask("status").code).isZero();
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
        try (ControlServer server = open(handler, HASTY);
                SocketChannel silent = connect();
                SocketChannel starving = connect();
                SocketChannel stuck = connect()) {
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
        try (ControlServer server = open(handler, PATIENT)) {
            for (int i = 0; i < PATIENT.clients(); i++) {
                SocketChannel client = connect();
                write(client, frame('R', "commit"));
                waiting.add(client);
            }
            Answer refused = ask("status");
            assertThat(refused.code).isEqualTo(1);
            assertThat(refused.err).contains("as many clients as it can");
            assertThat(server.drops()).containsEntry("too-many-clients", 1L);
            release.release(100);
            for (SocketChannel client : waiting) {
                assertClosed(client);
            }
            await().until(() -> ask("status").code == 0);
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void survivesACommandThatFails() throws Exception {
        CommandHandler handler = (_, _, _) -> {
            throw new IllegalStateException("a defect");
        };
        try (ControlServer _ = open(handler, PATIENT)) {
            Answer answer = ask("status");
            assertThat(answer.code).isEqualTo(1);
            assertThat(answer.err)
                    .isEqualTo("the node failed on 'status' (IllegalStateException); its log says more\n");
            assertThat(ask("status").code).isEqualTo(1);
        }
    }

    @Test
    void saysWhenTheNodeEndsInTheMiddleOfACommand() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CommandHandler handler = (_, _, _) -> {
            running.countDown();
            new CountDownLatch(1).await();
            return 0;
        };
        ControlServer server = open(handler, PATIENT);
        AtomicReference<String> answer = new AtomicReference<>();
        Thread client = Thread.ofPlatform().start(() -> answer.set(run(OutputStream.nullOutputStream(), "commit")));
        running.await();
        server.close();
        client.join();
        assertThat(answer.get()).contains("went away before the command's end");
    }

    @Test
    void letsARunningCommandFinishItsAnswerWhenItCloses() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        CommandHandler handler = (_, _, output) -> {
            running.countDown();
            closing.await();
            output.line("stopping");
            return 0;
        };
        ControlServer server = open(handler, PATIENT);
        AtomicReference<String> answer = new AtomicReference<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread client = Thread.ofPlatform().start(() -> answer.set(run(out, "stop")));
        running.await();
        Thread closer = Thread.ofPlatform().start(server::close);
        closing.countDown();
        closer.join();
        client.join();
        assertThat(answer.get()).isEqualTo("0");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("stopping\n");
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

    private record Answer(int code, String out, String err) {}

    private Path socket() {
        return folder.resolve("c.sock");
    }

    private ControlServer open(CommandHandler handler, Limits limits) throws ControlException {
        return ControlServer.open(socket(), handler, limits);
    }

    @Test
    void aCommandMayTakeLongerThanASilentNodeIsWaitedFor() throws Exception {
        CommandHandler handler = (_, _, output) -> {
            Thread.sleep(ControlClient.SILENCE_MILLIS + 3_000);
            output.line("done");
            return 0;
        };
        try (ControlServer _ = open(handler, PATIENT)) {
            assertThat(ask("commit").out).isEqualTo("done\n");
        }
    }

    @Test
    void aNodeThatIsSilentIsGivenUp() throws Exception {
        try (ServerSocketChannel frozen = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            frozen.bind(UnixDomainSocketAddress.of(socket()));
            assertThatThrownBy(() -> ask("status"))
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining(socket().toString())
                    .hasMessageContaining("has not answered for 10 s");
        }
    }

    private Answer ask(String... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = ControlClient.run(socket(), List.of(arguments), null, out, err);
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The exit code, or what went wrong. */
    private String run(OutputStream out, String... arguments) {
        try {
            return String.valueOf(
                    ControlClient.run(socket(), List.of(arguments), null, out, OutputStream.nullOutputStream()));
        } catch (ControlException | IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private static ByteBuffer frame(char type, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + bytes.length)
                .putInt(1 + bytes.length)
                .put((byte) type)
                .put(bytes)
                .flip();
    }

    private static void write(SocketChannel client, ByteBuffer... frames) throws IOException {
        for (ByteBuffer frame : frames) {
            while (frame.hasRemaining()) {
                client.write(frame);
            }
        }
    }

    private void expectClosed(ByteBuffer bytes) throws IOException {
        try (SocketChannel client = connect()) {
            write(client, bytes);
            assertClosed(client);
        }
    }

    private static void assertClosed(SocketChannel client) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (client.read(buffer) >= 0) {
                buffer.clear();
            }
        } catch (IOException e) {
            // A reset is a close, too: the server left bytes unread.
            assertThat(e.getMessage()).contains("reset");
        }
    }
}
