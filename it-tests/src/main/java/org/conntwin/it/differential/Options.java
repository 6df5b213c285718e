package org.conntwin.it.differential;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.conntwin.it.differential.trace.TraceKind;
import org.conntwin.it.lab.LabException;

/**
 * What the program is told.
 *
 * @param first seed
 * @param last seed
 * @param kinds of traces, one of each a seed
 * @param all whether every trace is written, not only those that differ
 * @param folder where traces and answers are written
 * @param captures to be sent through the kernel instead of traces; empty for none
 */
record Options(int first, int last, List<TraceKind> kinds, boolean all, Path folder, List<Path> captures) {
    static final String USAGE = """
            usage: Differential --seeds FIRST-LAST [--kinds KIND,…] [--all] [--out FOLDER]
                   Differential --captures FILE,… [--out FOLDER]
            Sends random traces through the kernel and the userspace tracker and compares what each makes of them.
              --seeds     one trace of each kind for each seed, e.g. 1-100
              --kinds     %s
              --all       writes every trace and the kernel's answers, not only those that differ
              --out       folder for NAME.pcap, .packets, .events and .table; default target/differential
              --captures  pcap files of raw IP packets: writes the kernel's answers to them\
            """;

    /** Copies the lists. */
    Options {
        kinds = List.copyOf(kinds);
        captures = List.copyOf(captures);
    }

    /** Reads them. @throws LabException with the usage */
    static Options of(List<String> words) {
        int first = 0;
        int last = -1;
        List<TraceKind> kinds = List.of(TraceKind.values());
        boolean all = false;
        Path folder = Path.of("target", "differential");
        List<Path> captures = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals("--all")) {
                all = true;
                continue;
            }
            String value = i + 1 < words.size() ? words.get(i + 1) : "";
            switch (words.get(i++)) {
                case "--seeds" -> {
                    if (!value.matches("\\d{1,9}(-\\d{1,9})?")) {
                        throw usage();
                    }
                    String[] ends = value.split("-", 2);
                    first = Integer.parseInt(ends[0]);
                    last = Integer.parseInt(ends[ends.length - 1]);
                }
                case "--kinds" ->
                    kinds = Stream.of(value.split(",", -1)).map(Options::kind).toList();
                case "--out" -> folder = Path.of(value);
                case "--captures" ->
                    Stream.of(value.split(",", -1)).map(Path::of).forEach(captures::add);
                default -> throw usage();
            }
        }
        if (first > last && captures.isEmpty()) {
            throw usage();
        }
        return new Options(first, last, kinds, all, folder, captures);
    }

    private static TraceKind kind(String name) {
        return Arrays.stream(TraceKind.values())
                .filter(kind -> kind.text().equals(name))
                .findFirst()
                .orElseThrow(Options::usage);
    }

    private static LabException usage() {
        String kinds = String.join(
                ",", Arrays.stream(TraceKind.values()).map(TraceKind::text).toList());
        return new LabException(USAGE.formatted(kinds));
    }
}
