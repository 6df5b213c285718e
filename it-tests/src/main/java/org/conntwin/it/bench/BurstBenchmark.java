package org.conntwin.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.conntwin.it.lab.ConntrackLimit;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.Product;

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
            ComparisonTable.print(run(entries(arguments)));
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

    /** Measures; prints progress, and no table. */
    static List<Measure> run(int entries) {
        double rawRate;
        try (Lab lab = Lab.open()) {
            lab.own(ConntrackLimit.atLeast(4L * entries));
            System.out.println("raw inserts, nobody listening:");
            KernelView raw = new KernelView(lab.namespace("raw"));
            rawRate = BurstRun.insert(raw.namespace(), Product.ofThisBuild(), entries);
        }
        Function<ReplicatingPair, BurstFigures> burst = pair -> BurstRun.measure(pair, Product.ofThisBuild(), entries);
        return measures(
                entries, rawRate, Products.conntwin(4L * entries, burst), Products.conntrackd(4L * entries, burst));
    }

    private static List<Measure> measures(int entries, double rawRate, BurstFigures ours, BurstFigures theirs) {
        String burst = String.format(Locale.ROOT, "burst of %,d: ", entries);
        List<Measure> rows = new ArrayList<>();
        rows.add(row("raw inserts/s, nobody listening", ours, theirs, f -> rawRate, Aim.NONE));
        rows.add(row(burst + "inserts/s while listening", ours, theirs, BurstFigures::insertsPerSecond, Aim.NONE));
        rows.add(row(burst + "missing after 5 s", ours, theirs, BurstFigures::missing, Aim.atMost(0)));
        rows.add(row(burst + "s until the backup had all", ours, theirs, BurstFigures::secondsToComplete, Aim.NONE));
        rows.add(row("CPU µs/entry in it, active", ours, theirs, BurstFigures::activeCpuMicros, Aim.NONE));
        rows.add(row("CPU µs/entry in it, backup", ours, theirs, BurstFigures::backupCpuMicros, Aim.NONE));
        rows.add(row(
                "CPU µs/entry in it, both",
                ours,
                theirs,
                f -> f.activeCpuMicros() + f.backupCpuMicros(),
                Aim.ratioAtMost(1)));
        rows.add(row(
                "CPU µs/entry of a second burst, both",
                ours,
                theirs,
                BurstFigures::secondCpuMicros,
                Aim.ratioAtMost(1)));
        rows.add(row(
                "CPU µs/entry of a third burst, both", ours, theirs, BurstFigures::thirdCpuMicros, Aim.ratioAtMost(1)));
        rows.add(row("resident growth B/entry, active", ours, theirs, BurstFigures::activeGrowthBytes, Aim.NONE));
        rows.add(row("resident growth B/entry, backup", ours, theirs, BurstFigures::backupGrowthBytes, Aim.NONE));
        // The aim is told for a million entries: the JVM's own memory is counted in.
        Aim half = entries >= 1_000_000 ? Aim.ratioAtMost(0.5) : Aim.NONE;
        rows.add(row("resident B/entry, active", ours, theirs, BurstFigures::activeResidentBytes, half));
        rows.add(row("resident B/entry, backup", ours, theirs, BurstFigures::backupResidentBytes, half));
        rows.add(row("bytes on the wire/entry", ours, theirs, BurstFigures::wireBytes, Aim.atMost(50)));
        rows.add(row("first commit, s", ours, theirs, BurstFigures::commitSeconds, Aim.ratioAtMost(0.5)));
        rows.add(row("first commit, entries/s", ours, theirs, f -> f.committed() / f.commitSeconds(), Aim.NONE));
        rows.add(row(
                "first commit, share of the raw rate",
                ours,
                theirs,
                f -> f.committed() / f.commitSeconds() / rawRate,
                Aim.atLeast(0.85)));
        rows.add(row("entries in the table after it", ours, theirs, BurstFigures::committed, Aim.atLeast(entries)));
        Aim asFirst = new Aim("<= the first", (second, other) -> second <= ours.commitSeconds());
        rows.add(row("second commit, s", ours, theirs, BurstFigures::secondCommitSeconds, asFirst));
        return rows;
    }

    private static Measure row(
            String name, BurstFigures ours, BurstFigures theirs, ToDoubleFunction<BurstFigures> value, Aim aim) {
        return new Measure(name, value.applyAsDouble(ours), value.applyAsDouble(theirs), aim);
    }
}
