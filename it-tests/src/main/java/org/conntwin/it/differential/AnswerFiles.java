package org.conntwin.it.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.wire.Ip;

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

    /**
     * The packet lines. A fragment that did not come out by itself has the answer to the datagram that was completed
     * behind it under its number; without one it is lost.
     */
    static List<String> packetLines(List<byte[]> sent, List<Answer> answers) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            for (int j = i; !answer.passed() && j < answers.size(); j++) {
                if (Ip.sameDatagram(sent.get(i), sent.get(j))) {
                    answer = answers.get(j);
                }
            }
            lines.add("#" + (i + 1) + " " + (answer.passed() ? answer.text() : "DROP UNTRACKED -"));
        }
        return lines;
    }

    /** Writes {@code NAME.packets}, {@code NAME.events} and {@code NAME.table}. */
    void write(Path folder, String name) throws IOException {
        Files.write(folder.resolve(name + ".packets"), packets);
        Files.write(folder.resolve(name + ".events"), events);
        Files.write(folder.resolve(name + ".table"), table);
    }
}
