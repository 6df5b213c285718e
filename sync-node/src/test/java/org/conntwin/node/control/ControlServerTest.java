package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.conntwin.node.control.ControlCalls.PATIENT;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.conntwin.node.control.ControlCalls.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands and their answers, of any length. */
@Timeout(60)
final class ControlServerTest {
    private final ControlCalls control;

    ControlServerTest(@TempDir Path folder) {
        control = new ControlCalls(folder);
    }

    @Test
    void passesArgumentsLinesErrorsAndTheExitCode() throws Exception {
        CommandHandler handler = (arguments, _, output) -> {
            output.line("first");
            output.error("oh: " + String.join("|", arguments));
            output.line("läst \uD83D\uDE80");
            return 3;
        };
        try (ControlServer server = control.open(handler, PATIENT)) {
            Answer answer = control.ask("dump", "", "--filter", "a b\nc=ü");
            assertThat(answer.out()).isEqualTo("first\nläst \uD83D\uDE80\n");
            assertThat(answer.err()).isEqualTo("conntwin: oh: dump||--filter|a b\nc=ü\n");
            assertThat(answer.code()).isEqualTo(3);
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
        try (ControlServer _ = control.open(handler, PATIENT)) {
            Answer answer = control.ask("dump");
            assertThat(answer.out()).isEqualTo(text + "\n");
            assertThat(answer.err()).isEqualTo("conntwin: " + text + "\n");
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
        try (ControlServer _ = control.open(handler, PATIENT)) {
            Thread client = Thread.ofPlatform().start(() -> control.run(slow, "dump"));
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
        try (ControlServer server = control.open(handler, PATIENT)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            InputStream input = new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(ControlClient.run(control.socket(), List.of("load"), input, out, err))
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
        try (ControlServer _ = control.open(handler, PATIENT)) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            InputStream endless = new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }
            };
            int code = ControlClient.run(control.socket(), List.of("load"), endless, new ByteArrayOutputStream(), err);
            assertThat(code).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("conntwin: no room\n");
        }
    }

    @Test
    void survivesACommandThatFails() throws Exception {
        CommandHandler handler = (_, _, _) -> {
            throw new IllegalStateException("a defect");
        };
        try (ControlServer _ = control.open(handler, PATIENT)) {
            Answer answer = control.ask("status");
            assertThat(answer.code()).isEqualTo(1);
            assertThat(answer.err())
                    .isEqualTo("conntwin: the node failed on 'status' (IllegalStateException); its log says more\n");
            assertThat(control.ask("status").code()).isEqualTo(1);
        }
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
        ControlServer server = control.open(handler, PATIENT);
        AtomicReference<String> answer = new AtomicReference<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread client = Thread.ofPlatform().start(() -> answer.set(control.run(out, "stop")));
        running.await();
        Thread closer = Thread.ofPlatform().start(server::close);
        closing.countDown();
        closer.join();
        client.join();
        assertThat(answer.get()).isEqualTo("0");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("stopping\n");
    }
}
