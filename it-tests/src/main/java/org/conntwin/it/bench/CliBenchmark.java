package org.conntwin.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.LabException;

/**
 * The round trip of a command, from the start of its process to its end: {@code conntwin status} by the launcher of the
 * checkout, with its cache of loaded classes, beside {@code conntrackd -s}. Needs root and Debian's conntrackd.
 */
public final class CliBenchmark {
    private static final int WARM = 3;
    private static final int RUNS = 21;

    private CliBenchmark() {}

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            ComparisonTable.print(run());
        } catch (LabException e) {
            System.err.println("CliBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Measures; prints progress, and no table. */
    static List<Measure> run() {
        System.out.println("a command's round trip");
        List<Double> ours = Products.conntwin(1, CliBenchmark::millis);
        List<Double> theirs = Products.conntrackd(1, CliBenchmark::millis);
        return List.of(
                new Measure(
                        "status command, ms, median of " + RUNS,
                        ComparisonTable.median(ours),
                        ComparisonTable.median(theirs),
                        Aim.atMost(150)),
                new Measure("status command, ms, slowest", ours.getLast(), theirs.getLast()));
    }

    /** All times, sorted. */
    private static List<Double> millis(ReplicatingPair pair) {
        // conntrackd's client looks for its sync device, so both run beside their node.
        Command status = pair.network().firewall(1).namespace().command(pair.statusCommand());
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < WARM + RUNS; i++) {
            double millis = status.runOrThrow().seconds() * 1e3;
            if (i >= WARM) {
                all.add(millis);
            }
        }
        all.sort(null);
        System.out.printf(Locale.ROOT, "  %.1f to %.1f ms%n", all.getFirst(), all.getLast());
        return all;
    }
}
