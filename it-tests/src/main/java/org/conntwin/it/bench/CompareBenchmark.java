package org.conntwin.it.bench;

import org.conntwin.it.lab.LabException;

/**
 * conntwin beside conntrackd on this machine, one measure after the other: a burst, its commit, memory, bytes, CPU, and the
 * time from kernel to kernel; one table each. Some minutes; root and Debian's conntrackd.
 *
 * <p>{@code CompareBenchmark [--entries N]}, 500,000 unless told.
 */
public final class CompareBenchmark {
    private CompareBenchmark() {}

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            BurstBenchmark.run(BurstBenchmark.entries(arguments));
            System.out.println();
            LatencyBenchmark.run();
        } catch (LabException e) {
            System.err.println("CompareBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }
}
