package org.conntwin.it.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one side said of a trace, as lines.
 *
 * @param packets one a packet, as {@code replay --packets} prints them
 * @param events as {@code replay --events} prints them, without times
 * @param table as {@code replay --table} prints it
 */
record AnswerFiles(List<String> packets, List<String> events, List<String> table) {
    /** Copies the lines. */
    AnswerFiles {
        packets = List.copyOf(packets);
        events = List.copyOf(events);
        table = List.copyOf(table);
    }

    /** Writes {@code NAME.packets}, {@code NAME.events} and {@code NAME.table}. */
    void write(Path folder, String name) throws IOException {
        Files.write(folder.resolve(name + ".packets"), packets);
        Files.write(folder.resolve(name + ".events"), events);
        Files.write(folder.resolve(name + ".table"), table);
    }
}
