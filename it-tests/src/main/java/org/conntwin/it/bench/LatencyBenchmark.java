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
import org.awaitility.Awaitility;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.KernelView;
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
    private static final Duration ENDED = Duration.ofSeconds(30);
    private static final int GRACE_SECONDS = 10;

    private LatencyBenchmark() {}

    /** So many entries, so many a second; those of the first seconds, in which code is cold, do not count. One after the other
     * through the same nodes: a firewall has seen thousands of flows before anybody measures. */
    private record Load(int rate, int count, int warm) {}

    private static final List<Load> LOADS = List.of(new Load(10_000, 100_000, 30_000), new Load(100, 2_500, 500));

    /** Percentiles in microseconds, and what never came. */
    private record Figures(List<Double> micros, long missing) {}

    private static final double[] SHARES = {0.5, 0.99, 0.999};
    private static final List<Aim> AIMS = List.of(Aim.atMost(500), Aim.atMost(2_000), Aim.NONE);

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            ComparisonTable.print(run());
        } catch (LabException e) {
            System.err.println("LatencyBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Measures; prints progress, and no table. */
    static List<Measure> run() {
        Product product = Product.ofThisBuild();
        List<Measure> rows = new ArrayList<>();
        List<Figures> ours;
        try (ClusterLab cluster = ClusterLab.of(2)) {
            ours = measure(cluster.lab(), new ConntwinPair(cluster, Twins.IN_KERNEL), product);
        }
        List<Figures> theirs;
        try (Lab lab = Lab.open()) {
            theirs = measure(lab, new ConntrackdPair(lab, SyncNetwork.build(lab, 2), Twins.IN_KERNEL), product);
        }
        for (int n = 0; n < LOADS.size(); n++) {
            Load load = LOADS.get(n);
            String at = String.format(Locale.ROOT, " at %,d/s", load.rate);
            for (int i = 0; i < SHARES.length; i++) {
                String share = "p" + Double.toString(SHARES[i] * 100).replaceFirst("\\.0$", "");
                rows.add(new Measure(
                        "kernel to kernel, µs, " + share + at,
                        ours.get(n).micros.get(i),
                        theirs.get(n).micros.get(i),
                        AIMS.get(i)));
            }
            rows.add(new Measure(
                    String.format(Locale.ROOT, "never there, of %,d%s", load.count, at),
                    ours.get(n).missing,
                    theirs.get(n).missing));
        }
        return rows;
    }

    private static List<Figures> measure(Lab lab, ReplicatingPair pair, Product product) {
        List<Figures> figures = new ArrayList<>();
        for (Load load : LOADS) {
            System.out.println("latency at " + load.rate + "/s: " + pair.product());
            figures.add(measure(lab, pair, product, load));
            pair.network().firewall(1).kernel().flush();
            KernelView backup = pair.network().firewall(2).kernel();
            Awaitility.await().atMost(ENDED).until(() -> backup.count() < load.count / 10);
        }
        return figures;
    }

    private static Figures measure(Lab lab, ReplicatingPair pair, Product product, Load load) {
        Path born = lab.directory().resolve("born-" + load.rate);
        Path seen = lab.directory().resolve("seen-" + load.rate);
        int seconds = load.count / load.rate + GRACE_SECONDS;
        String count = Integer.toString(load.count);
        try (LabProcess watch = LabProcess.start(
                lab,
                "watch-" + load.rate,
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
