package org.conntwin.it.bench;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.ConntrackLimit;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.SyncNetwork;

/**
 * A burst of inserts at full speed, replicated and committed by conntwin and then by conntrackd; prints what each
 * needed and the ratios. Needs root, the stock tools and Debian's conntrackd.
 *
 * <p>{@code BurstBenchmark [--entries N]}, 500,000 unless told.
 */
public final class BurstBenchmark {
    private static final int DEFAULT_ENTRIES = 500_000;

    private BurstBenchmark() {}

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            run(entries(arguments));
        } catch (LabException e) {
            System.err.println("BurstBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    static int entries(String[] arguments) {
        if (arguments.length == 0) {
            return DEFAULT_ENTRIES;
        }
        if (arguments.length == 2 && arguments[0].equals("--entries") && arguments[1].matches("[1-9]\\d{0,6}")) {
            return Integer.parseInt(arguments[1]);
        }
        throw new LabException("usage: BurstBenchmark [--entries N], N up to 9,999,999");
    }

    static void run(int entries) {
        Product product = Product.ofThisBuild();
        double rawRate;
        try (Lab lab = Lab.open()) {
            lab.own(ConntrackLimit.atLeast(4L * entries));
            System.out.println("raw inserts, nobody listening:");
            KernelView raw = new KernelView(lab.namespace("raw"));
            rawRate = BurstRun.insert(raw.namespace(), product, entries);
        }
        BurstFigures conntwin;
        try (ClusterLab cluster = ClusterLab.of(2)) {
            cluster.lab().own(ConntrackLimit.atLeast(4L * entries));
            System.out.println("conntwin:");
            conntwin = BurstRun.measure(new ConntwinPair(cluster), product, entries);
        }
        BurstFigures conntrackd;
        try (Lab lab = Lab.open()) {
            lab.own(ConntrackLimit.atLeast(4L * entries));
            System.out.println("conntrackd:");
            SyncNetwork network = SyncNetwork.build(lab, 2);
            conntrackd = BurstRun.measure(new ConntrackdPair(lab, network), product, entries);
        }
        print(entries, rawRate, conntwin, conntrackd);
    }

    private static void print(int entries, double rawRate, BurstFigures ours, BurstFigures theirs) {
        System.out.printf(Locale.ROOT, "%n%,d entries; raw insert rate %,.0f/s%n", entries, rawRate);
        System.out.printf("%-44s %12s %12s %8s%n", "", "conntwin", "conntrackd", "ratio");
        row("inserts/s while listening", ours, theirs, BurstFigures::insertsPerSecond);
        row("missing after 5 s", ours, theirs, BurstFigures::missing);
        row("s until the backup had all", ours, theirs, BurstFigures::secondsToComplete);
        row("CPU µs/entry, active", ours, theirs, BurstFigures::activeCpuMicros);
        row("CPU µs/entry, backup", ours, theirs, BurstFigures::backupCpuMicros);
        row("CPU µs/entry, both", ours, theirs, f -> f.activeCpuMicros() + f.backupCpuMicros());
        row("resident growth B/entry, active", ours, theirs, BurstFigures::activeGrowthBytes);
        row("resident growth B/entry, backup", ours, theirs, BurstFigures::backupGrowthBytes);
        row("resident B/entry, active", ours, theirs, BurstFigures::activeResidentBytes);
        row("resident B/entry, backup", ours, theirs, BurstFigures::backupResidentBytes);
        row("bytes on the wire/entry", ours, theirs, BurstFigures::wireBytes);
        row("first commit, s", ours, theirs, BurstFigures::commitSeconds);
        row("first commit, entries/s", ours, theirs, f -> f.committed() / f.commitSeconds());
        row("first commit, share of the raw rate", ours, theirs, f -> f.committed() / f.commitSeconds() / rawRate);
        row("entries in the table after it", ours, theirs, BurstFigures::committed);
        row("second commit, s", ours, theirs, BurstFigures::secondCommitSeconds);
    }

    private static void row(
            String measure, BurstFigures ours, BurstFigures theirs, ToDoubleFunction<BurstFigures> value) {
        double left = value.applyAsDouble(ours);
        double right = value.applyAsDouble(theirs);
        String ratio = right == 0 ? "-" : String.format(Locale.ROOT, "%.2f", left / right);
        System.out.printf(Locale.ROOT, "%-44s %,12.2f %,12.2f %8s%n", measure, left, right, ratio);
    }
}
