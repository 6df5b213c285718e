package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Owns whatever a test makes outside the JVM: namespaces, processes, files, changed kernel settings. Closing it undoes
 * them in reverse order, and a shutdown hook does the same when the JVM is told to stop. Namespaces carry the process
 * id of the run in their name, so that those of a killed run can be told and removed by the next one.
 *
 * <p>Thread-safe.
 */
public final class Lab implements AutoCloseable {
    /** Names of namespaces start with this, followed by the process id of the run. */
    static final String PREFIX = "conntwin-it-";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Set<Lab> OPEN = ConcurrentHashMap.newKeySet();

    private final String prefix;
    private final Path directory;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Thread hook = new Thread(this::undo, "lab-shutdown");

    private Lab(String prefix, Path directory) {
        this.prefix = prefix;
        this.directory = directory;
    }

    /** An empty lab, after the leftovers of dead runs are gone. */
    public static Lab open() {
        DeadRuns.remove();
        try {
            String prefix = PREFIX + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-";
            Lab lab = new Lab(prefix, Files.createTempDirectory(prefix));
            Runtime.getRuntime().addShutdownHook(lab.hook);
            OPEN.add(lab);
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the processes of all open labs said last, for the report of a failure. */
    public static String processLogs() {
        return OPEN.stream().map(Lab::logs).collect(Collectors.joining());
    }

    private synchronized String logs() {
        StringBuilder text = new StringBuilder();
        for (AutoCloseable resource : owned) {
            if (resource instanceof LabProcess process) {
                text.append("--- ")
                        .append(process)
                        .append('\n')
                        .append(process.log())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** A directory of this lab's own, removed with it. */
    public Path directory() {
        return directory;
    }

    /** Makes a namespace with its loopback device up. */
    public Namespace namespace(String shortName) {
        Namespace namespace = new Namespace(prefix + shortName);
        Command.of("ip", "netns", "add", namespace.name()).runOrThrow();
        own(() -> removeNamespace(namespace.name()));
        namespace.ip("link set lo up");
        return namespace;
    }

    /** Closes the resource with this lab, before everything that was made earlier. */
    public synchronized <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    @Override
    public void close() {
        OPEN.remove(this);
        Runtime.getRuntime().removeShutdownHook(hook);
        undo();
    }

    private synchronized void undo() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                System.err.println("lab: clean-up went on after: " + e);
            }
        }
        deleteTree(directory);
    }

    /** Ends what still runs in the namespace, each process by its id, and removes it. */
    static void removeNamespace(String name) {
        Command.of("ip", "netns", "pids", name).run().lines().stream()
                .map(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                .forEach(handle -> handle.ifPresent(ProcessHandle::destroyForcibly));
        Command.of("ip", "netns", "del", name).run();
    }

    static void deleteTree(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("lab: could not remove " + root + ": " + e.getMessage());
        }
    }
}
