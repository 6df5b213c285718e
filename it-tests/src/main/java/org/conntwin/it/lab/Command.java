package org.conntwin.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A command line to run to its end within a time limit. Immutable; any thread may run it.
 *
 * @param words program and arguments
 * @param input what it reads from standard input
 * @param limit after which it is killed and the run fails
 */
public record Command(List<String> words, String input, Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(1);

    /** Copies the words. */
    public Command {
        words = List.copyOf(words);
    }

    /** A command with empty input and a limit of a minute. */
    public static Command of(String... words) {
        return new Command(List.of(words), "", DEFAULT_LIMIT);
    }

    /** A command with empty input and a limit of a minute. */
    public static Command of(List<String> words) {
        return new Command(words, "", DEFAULT_LIMIT);
    }

    /** The same with other input. */
    public Command withInput(String text) {
        return new Command(words, text, limit);
    }

    /** The same with another limit. */
    public Command within(Duration otherLimit) {
        return new Command(words, input, otherLimit);
    }

    /** The same with more words at its end. */
    public Command with(List<String> more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(more);
        return new Command(all, input, limit);
    }

    /** The same, run behind other words (`ip netns exec …`). */
    public Command behind(List<String> prefix) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(words);
        return new Command(all, input, limit);
    }

    /** Runs it and waits. @throws LabException when it cannot be started or does not end in time */
    public CommandResult run() {
        long start = System.nanoTime();
        Process process;
        try {
            process = new ProcessBuilder(words).start();
        } catch (IOException e) {
            throw new LabException("cannot run " + words.getFirst() + ": " + e.getMessage(), e);
        }
        try {
            FutureTask<String> stdout = reading(process.getInputStream());
            FutureTask<String> stderr = reading(process.getErrorStream());
            FutureTask<Boolean> stdin = writing(process.getOutputStream());
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(String.join(" ", words) + " did not end within " + limit.toSeconds() + " s");
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            // A grandchild may hold the pipes open; the wait for the rest of the text is bounded too.
            String out = stdout.get(10, TimeUnit.SECONDS);
            String err = stderr.get(10, TimeUnit.SECONDS);
            var _ = stdin.get(10, TimeUnit.SECONDS);
            return new CommandResult(process.exitValue(), out, err, seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + words.getFirst(), e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new LabException("lost the output of " + String.join(" ", words), e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Runs it, and fails unless it exits with 0. */
    public CommandResult runOrThrow() {
        return run().orThrow(String.join(" ", words));
    }

    private static FutureTask<String> reading(InputStream stream) {
        var task = new FutureTask<>(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private FutureTask<Boolean> writing(OutputStream stream) {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        var task = new FutureTask<>(() -> {
            try (stream) {
                stream.write(bytes);
                return true;
            } catch (UncheckedIOException | IOException e) {
                return false; // the command ended without reading all of it, which is its right
            }
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
