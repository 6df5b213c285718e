package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds and removes the namespaces and directories of runs whose process is gone. */
final class DeadRuns {
    private DeadRuns() {}

    static void remove() {
        for (String line : namespaces()) {
            String name = line.split(" ", 2)[0];
            if (isOfDeadRun(name)) {
                Lab.removeNamespace(name);
            }
        }
        try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            entries.filter(path -> isOfDeadRun(path.getFileName().toString())).forEach(Lab::deleteTree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** None where the machine has no {@code ip}: then no run has made any. */
    private static List<String> namespaces() {
        try {
            return Command.of("ip", "netns", "list").run().lines();
        } catch (LabException noSuchProgram) {
            return List.of();
        }
    }

    static boolean isOfDeadRun(String name) {
        if (!name.startsWith(Lab.PREFIX)) {
            return false;
        }
        List<String> parts = List.of(name.substring(Lab.PREFIX.length()).split("-", 2));
        return parts.getFirst().matches("\\d{1,9}")
                && ProcessHandle.of(Long.parseLong(parts.getFirst())).isEmpty();
    }
}
