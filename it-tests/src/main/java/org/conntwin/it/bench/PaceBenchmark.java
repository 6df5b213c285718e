package org.conntwin.it.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.ProcessUsage;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.LatencyProgram;

/**
 * CPU of both nodes for an event at an even pace of 5,000 new entries a second, after some seconds in which code is cold.
 * Needs root and Debian's conntrackd.
 */
public final class PaceBenchmark {
    private static final int RATE = 5_000;
    private static final int WARM = 75_000;
    private static final int COUNT = 150_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private PaceBenchmark() {}

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            ComparisonTable.print(run());
        } catch (LabException e) {
            System.err.println("PaceBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Measures; prints progress, and no table. */
    static List<Measure> run() {
        String name = String.format(Locale.ROOT, "CPU µs/event at %,d/s, both", RATE);
        System.out.println(name);
        return List.of(new Measure(
                name,
                Products.conntwin(COUNT, PaceBenchmark::micros),
                Products.conntrackd(COUNT, PaceBenchmark::micros),
                Aim.ratioAtMost(1)));
    }

    private static double micros(ReplicatingPair pair) {
        KernelView kernel = pair.network().firewall(1).kernel();
        try (LabProcess make = LabProcess.start(
                pair.lab(),
                "make",
                kernel.namespace(),
                Programs.command(
                        Product.ofThisBuild(),
                        LatencyProgram.class,
                        "make",
                        Integer.toString(COUNT),
                        Integer.toString(RATE),
                        pair.lab().directory().resolve("born").toString()))) {
            Awaitility.await().atMost(LIMIT).until(() -> kernel.count() >= WARM);
            double before = cpuSeconds(pair);
            long from = kernel.count();
            make.awaitExit(LIMIT);
            Awaitility.await().atMost(LIMIT).until(() -> pair.entriesOnBackup() >= COUNT);
            double micros = (cpuSeconds(pair) - before) * 1e6 / (COUNT - from);
            System.out.printf(Locale.ROOT, "  %.1f µs%n", micros);
            return micros;
        }
    }

    private static double cpuSeconds(ReplicatingPair pair) {
        ProcessUsage first = pair.process(1).usage();
        return first.cpuSeconds() + pair.process(2).usage().cpuSeconds();
    }
}
