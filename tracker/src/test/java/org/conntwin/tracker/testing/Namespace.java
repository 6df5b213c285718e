package org.conntwin.tracker.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of this test alone, with its loopback up; removed when closed. */
public final class Namespace implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "conntwin-unit-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();

    private Namespace() {}

    /** Makes one; skips the test (fails it where {@code CI=true}) without root or {@code ip}. */
    public static Namespace create() {
        Needs.met(Commands.run("id", "-u").output().strip().equals("0"), "needs root to make a network namespace");
        Needs.met(Commands.run("ip", "-V").code() == 0, "needs the command ip: install iproute2");
        Namespace made = new Namespace();
        Commands.Result added = Commands.run("ip", "netns", "add", made.name);
        Needs.met(
                added.code() == 0,
                "needs to make a network namespace: " + added.output().strip());
        Commands.run("ip", "-n", made.name, "link", "set", "lo", "up");
        return made;
    }

    /** Runs a command inside. */
    public Commands.Result run(String... command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(List.of(command));
        return Commands.run(whole);
    }

    /** Runs a main class of the test class path inside: a JVM cannot change its own namespace. */
    public Commands.Result java(Class<?> main, String... arguments) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        for (String process : Commands.run("ip", "netns", "pids", name).output().split("\\s+", -1)) {
            if (!process.isEmpty()) {
                Commands.run("kill", "-9", process);
            }
        }
        Commands.run("ip", "netns", "del", name);
    }
}
