package org.conntwin.it.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A process that runs in a namespace until it is stopped: a node, a server, a client driven through its standard input.
 * What it prints is kept. Thread-safe.
 */
public final class LabProcess implements AutoCloseable {
    private static final int KEPT_LINES = 5_000;
    private static final Duration POLL = Duration.ofMillis(50);

    private final String name;
    private final Process process;
    private final List<String> stdout = new ArrayList<>();
    private final List<String> stderr = new ArrayList<>();
    private final CompletableFuture<String> firstLine = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();

    private LabProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        collect(process.getInputStream(), line -> {
            keep(stdout, line);
            firstLine.complete(line);
        });
        collect(process.getErrorStream(), line -> keep(stderr, line));
        var _ = process.onExit().thenRun(() -> firstLine.completeExceptionally(new LabException(name + " ended")));
    }

    /** Starts words in a namespace; the process ends with the lab at the latest. */
    public static LabProcess start(Lab lab, String name, Namespace namespace, List<String> words) {
        return start(lab, name, namespace.command(words).words());
    }

    /** Starts words where this JVM is; the process ends with the lab at the latest. */
    public static LabProcess start(Lab lab, String name, List<String> words) {
        try {
            Process process = new ProcessBuilder(words).start();
            return lab.own(new LabProcess(name, process));
        } catch (IOException e) {
            throw new LabException("cannot start " + name, e);
        }
    }

    private void collect(InputStream stream, Consumer<String> sink) {
        Thread.ofPlatform().daemon().start(() -> {
            try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    sink.accept(line);
                }
            } catch (IOException e) {
                sink.accept("(output lost: " + e.getMessage() + ")");
            }
        });
    }

    private static void keep(List<String> lines, String line) {
        synchronized (lines) {
            if (lines.size() < KEPT_LINES) {
                lines.add(line);
            }
        }
    }

    /**
     * Waits for its first line of standard output.
     *
     * @return seconds from its start until that line
     * @throws LabException when it is another line, the process ends or the limit passes; with what it said
     */
    public double awaitFirstLine(String expected, Duration limit) {
        try {
            String line = firstLine.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!line.equals(expected)) {
                throw new LabException(name + " said \"" + line + "\" instead of \"" + expected + "\"");
            }
            return (System.nanoTime() - startNanos) / 1e9;
        } catch (ExecutionException | TimeoutException e) {
            throw new LabException(name + " did not say \"" + expected + "\" within " + limit + ":\n" + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /**
     * Waits for a line, of standard output or error, now or earlier.
     *
     * @param beginning how the line begins
     * @throws LabException when the process ends without it, or the limit passes
     */
    public void awaitLine(String beginning, Duration limit) {
        try {
            Awaitility.await()
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .until(() -> hasSaid(beginning) || !isAlive());
        } catch (ConditionTimeoutException e) {
            throw new LabException(name + " did not say \"" + beginning + "\" within " + limit + ":\n" + log(), e);
        }
        if (!hasSaid(beginning)) {
            throw new LabException(name + " ended without \"" + beginning + "\":\n" + log());
        }
    }

    private boolean hasSaid(String beginning) {
        return stdout().stream().anyMatch(line -> line.startsWith(beginning))
                || stderr().stream().anyMatch(line -> line.startsWith(beginning));
    }

    @Override
    public String toString() {
        return name + (isAlive() ? ", process " + pid() : ", ended with " + process.exitValue());
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** CPU and memory so far. */
    public ProcessUsage usage() {
        return ProcessUsage.of(pid());
    }

    /** Lines of standard output so far. */
    public List<String> stdout() {
        synchronized (stdout) {
            return List.copyOf(stdout);
        }
    }

    /** Lines of standard error so far. */
    public List<String> stderr() {
        synchronized (stderr) {
            return List.copyOf(stderr);
        }
    }

    /** The end of what it said, for a failure's message. */
    public String log() {
        List<String> all = stderr();
        return String.join("\n", all.subList(Math.max(0, all.size() - 60), all.size()));
    }

    /** Writes a line to its standard input. */
    public void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new LabException(name + " no longer listens:\n" + log(), e);
        }
    }

    /** Kills it without warning and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
    }

    /** Stops it in its tracks; {@link #thaw} lets it go on. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        signal("CONT");
    }

    /** Sends a signal by name. */
    public void signal(String signal) {
        Command.of("kill", "-" + signal, Long.toString(pid())).runOrThrow();
    }

    /** Waits for its end. @return its exit code */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(name + " still runs after " + limit + ":\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
            awaitExit(Duration.ofSeconds(10));
        }
    }
}
