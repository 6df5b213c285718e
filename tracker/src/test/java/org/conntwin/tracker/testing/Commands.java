package org.conntwin.tracker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands to their end, with a bound. */
public final class Commands {
    private static final long LONGEST_SECONDS = 120;

    private Commands() {}

    /** What a command printed on both streams, and its exit code; -1 when it could not be started or took too long. */
    public record Result(int code, String output) {}

    /** Runs a command. */
    public static Result run(String... command) {
        return run(List.of(command));
    }

    /** Runs a command; it is ended by force after two minutes. */
    public static Result run(List<String> command) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException absent) {
            return new Result(-1, String.valueOf(absent.getMessage()));
        }
        Thread guard = Thread.ofVirtual().start(() -> end(process));
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        } finally {
            process.destroyForcibly();
            guard.interrupt();
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
