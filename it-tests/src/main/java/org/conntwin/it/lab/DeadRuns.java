package org.conntwin.it.lab;

import java.util.List;

/** Finds and removes the namespaces of runs whose process is gone. */
final class DeadRuns {
    private DeadRuns() {}

    static void remove() {
        for (String line : Command.of("ip", "netns", "list").run().lines()) {
            String name = line.split(" ", 2)[0];
            if (isOfDeadRun(name)) {
                Lab.removeNamespace(name);
            }
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
