package org.conntwin.node.demo.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs short system tools to their end, one at a time, each bounded in time. After {@link #stop} only clean-up calls are served, and the call that ran at
 * that moment has ended: nothing is made behind the back of the clean-up.
 */
public final class Tools {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private boolean stopped;

    /** What a tool did: its exit code, and its output with the error output in it. */
    public record Result(int exit, String output) {
        /** Whether it ended well. */
        public boolean ok() {
            return exit == 0;
        }

        /** The first line of the output, or the exit code in words. */
        public String reason() {
            return output.lines().filter(line -> !line.isBlank()).findFirst().orElse("exit code " + exit);
        }
    }

    /** Whether a program of this name is on the path. */
    public static boolean installed(String program) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path).split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** From now on refuses all but clean-up; waits for the tool that runs. */
    public synchronized void stop() {
        stopped = true;
    }

    /** Runs a tool and expects success. */
    public String expect(String input, String... command) throws DemoException {
        Result result = run(input, command);
        if (!result.ok()) {
            throw new DemoException("'" + String.join(" ", command) + "' failed: " + result.reason());
        }
        return result.output();
    }

    /** Runs a tool; {@code input} becomes its standard input. */
    public synchronized Result run(String input, String... command) throws DemoException {
        if (stopped) {
            throw new DemoException("the demo is being stopped");
        }
        return execute(input, List.of(command));
    }

    /** Runs a tool while the demo is taken down; a failure is the result's, never thrown. */
    public synchronized Result cleanUp(String input, String... command) {
        try {
            return execute(input, List.of(command));
        } catch (DemoException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
    }

    private static Result execute(String input, List<String> command) throws DemoException {
        String name = command.getFirst();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            CompletableFuture<String> output = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> collect(process, output));
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading all of it; its exit code and output say why.
            }
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new DemoException(name + " did not end within " + LIMIT.toSeconds() + " s");
            }
            return new Result(process.exitValue(), output.join());
        } catch (IOException e) {
            throw new DemoException("cannot run " + name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while " + name + " ran", e);
        }
    }

    private static void collect(Process process, CompletableFuture<String> output) {
        try (InputStream stream = process.getInputStream()) {
            output.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            output.complete("");
        }
    }
}
