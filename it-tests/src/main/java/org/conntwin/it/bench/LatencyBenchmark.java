package org.conntwin.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.SyncNetwork;
import org.conntwin.it.traffic.LatencyProgram;

/**
 * How long an entry takes from the active node's kernel into the backup's ({@code external-cache: false}), by conntwin and
 * then by conntrackd, at two rates; prints percentiles and ratios. Needs root and Debian's conntrackd.
 */
public final class LatencyBenchmark {
    private static final Duration SAID = Duration.ofSeconds(20);
    private static final int GRACE_SECONDS = 10;

    private LatencyBenchmark() {}

    /** So many entries, so many a second; those of the first seconds, in which code is cold, do not count. */
    private record Load(int rate, int count, int warm) {}

    private static final List<Load> LOADS = List.of(new Load(100, 2_500, 500), new Load(10_000, 100_000, 30_000));

    /** Percentiles in microseconds, and what never came. */
    private record Figures(List<Double> micros, long missing) {}

    private static final double[] SHARES = {0.5, 0.99, 0.999};

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            run();
        } catch (LabException e) {
            System.err.println("LatencyBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    static void run() {
        Product product = Product.ofThisBuild();
        System.out.printf("%-44s %12s %12s %8s%n", "kernel to kernel, microseconds", "conntwin", "conntrackd", "ratio");
        for (Load load : LOADS) {
            Figures ours;
            try (ClusterLab cluster = ClusterLab.of(2)) {
                ours = measure(cluster.lab(), new ConntwinPair(cluster, false), product, load);
            }
            Figures theirs;
            try (Lab lab = Lab.open()) {
                theirs = measure(lab, new ConntrackdPair(lab, SyncNetwork.build(lab, 2), false), product, load);
            }
            for (int i = 0; i < SHARES.length; i++) {
                row(
                        "p" + Double.toString(SHARES[i] * 100).replaceFirst("\\.0$", "") + " at " + load.rate + "/s",
                        ours.micros.get(i),
                        theirs.micros.get(i));
            }
            row("never there, of " + load.count + " at " + load.rate + "/s", (double) ours.missing, (double)
                    theirs.missing);
        }
    }

    private static void row(String measure, double left, double right) {
        String ratio = right == 0 ? "-" : String.format(Locale.ROOT, "%.2f", left / right);
        System.out.printf(Locale.ROOT, "%-44s %,12.0f %,12.0f %8s%n", measure, left, right, ratio);
    }

    private static Figures measure(Lab lab, ReplicatingPair pair, Product product, Load load) {
        Path born = lab.directory().resolve("born");
        Path seen = lab.directory().resolve("seen");
        int seconds = load.count / load.rate + GRACE_SECONDS;
        String count = Integer.toString(load.count);
        try (LabProcess watch = LabProcess.start(
                lab,
                "watch",
                pair.network().firewall(2).namespace(),
                Programs.command(product, LatencyProgram.class, "watch", count, "" + seconds, seen.toString()))) {
            watch.awaitLine("watching", SAID);
            pair.network()
                    .firewall(1)
                    .namespace()
                    .command(Programs.command(
                            product, LatencyProgram.class, "make", count, "" + load.rate, born.toString()))
                    .within(Duration.ofSeconds(2L * seconds))
                    .runOrThrow();
            watch.awaitExit(Duration.ofSeconds(2L * seconds));
        }
        return figures(read(born), read(seen), load.warm);
    }

    private static Figures figures(LongBuffer born, LongBuffer seen, int warm) {
        long missing = 0;
        long[] nanos = new long[born.remaining() - warm];
        int known = 0;
        for (int i = 0; i < born.limit(); i++) {
            if (seen.get(i) == 0) {
                missing++;
            } else if (i >= warm) {
                nanos[known++] = seen.get(i) - born.get(i);
            }
        }
        long[] sorted = Arrays.copyOf(nanos, known);
        Arrays.sort(sorted);
        List<Double> micros = new ArrayList<>();
        for (double share : SHARES) {
            int at = (int) Math.min(known - 1L, Math.round(known * share));
            micros.add(known == 0 ? Double.NaN : sorted[at] / 1e3);
        }
        return new Figures(micros, missing);
    }

    private static LongBuffer read(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).asLongBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
