package org.conntwin.node.demo.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A Java program of the demo that runs beside it: the same {@code java} and class path, in a host's namespace. Its output is read line by line, its error
 * output goes to a file that is shown when it fails.
 */
public final class ChildProcess {
    private static final String END_OF_OUTPUT = "\0";
    private static final int UNREAD_LINES = 1024;
    private static final int SHOWN_LINES = 20;

    private final String name;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(UNREAD_LINES);

    private ChildProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
    }

    /** Starts the program; {@code undo} ends it. */
    public static ChildProcess start(String name, List<String> command, Path errors, Undo undo) throws DemoException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            ChildProcess child = new ChildProcess(name, process, errors);
            try {
                undo.push(child::kill);
            } catch (DemoException e) {
                process.destroyForcibly();
                throw e;
            }
            Thread.ofPlatform().daemon().name(name + "-output").start(child::readOutput);
            return child;
        } catch (IOException e) {
            throw new DemoException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** The words that start a main class of this program's class path in a new virtual machine with these flags. */
    public static List<String> java(List<String> before, List<String> flags, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(flags);
        command.add("-cp");
        command.add(Arrays.stream(
                        ManagementFactory.getRuntimeMXBean().getClassPath().split(":", -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(":")));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** The flags of this virtual machine, but for a debugger's, whose port is taken. */
    public static List<String> ownFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-agentlib:jdwp") && !flag.startsWith("-Xrunjdwp"))
                .toList();
    }

    /** The process id: {@code ip netns exec} replaces itself by the program, so it is the virtual machine's. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is a Java virtual machine by now, and not the wrapper that starts it. */
    public boolean runsJava() {
        return process.info()
                .command()
                .filter(command -> command.endsWith("/java"))
                .isPresent();
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** The next line it prints. */
    public String line(Duration limit) throws DemoException {
        try {
            String line = lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw failure("said nothing for " + limit.toSeconds() + " s");
            }
            if (line.equals(END_OF_OUTPUT)) {
                process.waitFor(1, TimeUnit.SECONDS);
                throw failure("ended" + (process.isAlive() ? "" : " with exit code " + process.exitValue()));
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    /** Sends a command and returns the first line of the answer. */
    public String ask(String command, Duration limit) throws DemoException {
        try {
            OutputStream input = process.getOutputStream();
            input.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw failure("does not listen: " + e.getMessage());
        }
        return line(limit);
    }

    /** Ends it with SIGKILL and waits until it is gone; it gets no chance to say goodbye. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                System.err.println("demo: " + name + " (process " + process.pid() + ") does not end after SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private DemoException failure(String what) {
        String where = "it left no message";
        try {
            List<String> all = Files.readAllLines(errors, StandardCharsets.UTF_8);
            where = all.isEmpty() ? where : "its last messages stand above";
            all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size())
                    .forEach(line -> System.err.println(name + ": " + line));
        } catch (IOException e) {
            System.err.println(name + ": its error output cannot be read: " + e.getMessage());
        }
        return new DemoException(name + " " + what + "; " + where);
    }

    private void readOutput() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                lines.put(line);
                line = reader.readLine();
            }
        } catch (IOException e) {
            // The process was ended while it was read; the end below is what matters.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            lines.put(END_OF_OUTPUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
