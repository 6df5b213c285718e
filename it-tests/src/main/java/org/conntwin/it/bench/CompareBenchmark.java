package org.conntwin.it.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.conntwin.it.lab.LabException;

/**
 * conntwin beside conntrackd on this machine, one measure after the other, and one table of all: a burst, its commit,
 * memory, bytes, CPU, the time from kernel to kernel, CPU at an even pace, the command line, the takeover, and what survives
 * one. A quarter of an hour; root and Debian's conntrackd.
 *
 * <p>{@code CompareBenchmark [--entries N]}, 500,000 unless told.
 */
public final class CompareBenchmark {
    private CompareBenchmark() {}

    /** Runs it; a part that cannot be measured leaves the rest, is told in one line, and ends it with 1. */
    public static void main(String[] arguments) {
        int entries;
        try {
            entries = BurstBenchmark.entries(arguments);
        } catch (LabException usage) {
            System.err.println("CompareBenchmark: " + usage.getMessage());
            System.exit(1);
            return;
        }
        Map<String, Supplier<List<Measure>>> parts = new LinkedHashMap<>();
        parts.put("burst", () -> BurstBenchmark.run(entries));
        parts.put("pace", PaceBenchmark::run);
        parts.put("latency", LatencyBenchmark::run);
        parts.put("cli", CliBenchmark::run);
        parts.put("takeover", TakeoverBenchmark::run);
        parts.put("survival", SurvivalBenchmark::run);
        List<Measure> all = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        parts.forEach((name, part) -> {
            try {
                all.addAll(part.get());
            } catch (LabException e) {
                failures.add(name + ": " + e.getMessage());
            }
        });
        if (!all.isEmpty()) {
            ComparisonTable.print(all);
        }
        if (!failures.isEmpty()) {
            failures.forEach(failure -> System.err.println("CompareBenchmark: " + failure));
            System.exit(1);
        }
    }
}
