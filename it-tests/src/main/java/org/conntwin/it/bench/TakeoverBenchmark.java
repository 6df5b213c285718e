package org.conntwin.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.Product;

/**
 * The time from keepalived's word to a new master, by the FIFO or by the notify script, until it forwards the first packet of
 * a flow that exists, with 100,000 other entries to commit; the old master is dead. Ten UDP flows, five of them older than
 * the entries and five younger, on each a packet a millisecond. Needs root and Debian's conntrackd.
 *
 * <p>The same with the twin in the backup's kernel, where nothing has to be committed: there packets pass before keepalived
 * says its word, and the time is that from before the backup gets the addresses.
 */
public final class TakeoverBenchmark {
    private static final int RUNS = 3;
    private static final int OTHERS = 100_000;
    private static final int FLOWS = 10;
    private static final int MILLIS = 1;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMillis(200);

    private TakeoverBenchmark() {}

    /** Milliseconds until the first, the middle and the last of the flows goes on; NaN for never. */
    private record Figures(double first, double middle, double last) {}

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            ComparisonTable.print(run());
        } catch (LabException e) {
            System.err.println("TakeoverBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Measures; prints progress, and no table. */
    static List<Measure> run() {
        // The aim is told for the longest stall.
        List<Measure> rows =
                new ArrayList<>(run(Twins.IN_CACHE, "MASTER to first packet, %,d entries, ms", Aim.ratioAtMost(0.25)));
        rows.addAll(run(Twins.IN_KERNEL, "twin in kernel, moved to packet, %,d, ms", Aim.NONE));
        return rows;
    }

    private static List<Measure> run(Twins twins, String what, Aim longest) {
        String name = String.format(Locale.ROOT, what, OTHERS);
        List<Figures> ours = new ArrayList<>();
        List<Figures> theirs = new ArrayList<>();
        for (int i = 1; i <= RUNS; i++) {
            System.out.println(name + ": " + i + " of " + RUNS);
            ours.add(Products.conntwin(twins, 2L * OTHERS, pair -> measure(pair, twins)));
            theirs.add(Products.conntrackd(twins, 2L * OTHERS, pair -> measure(pair, twins)));
        }
        return List.of(
                row(name + ", earliest flow", ours, theirs, Figures::first, Aim.NONE),
                row(name + ", median", ours, theirs, Figures::middle, Aim.NONE),
                row(name + ", latest flow", ours, theirs, Figures::last, longest));
    }

    private static Measure row(
            String name, List<Figures> ours, List<Figures> theirs, Function<Figures, Double> value, Aim aim) {
        return new Measure(
                name,
                ComparisonTable.median(ours.stream().map(value).toList()),
                ComparisonTable.median(theirs.stream().map(value).toList()),
                aim);
    }

    private static Figures measure(ReplicatingPair pair, Twins twins) {
        FailoverRun run = new FailoverRun(pair, 0, MILLIS);
        run.open(0, FLOWS / 2);
        BurstRun.insert(run.firewall(1).namespace(), Product.ofThisBuild(), OTHERS);
        run.open(0, FLOWS / 2);
        Awaitility.await().atMost(LIMIT).until(() -> pair.entriesOnBackup() >= OTHERS + FLOWS);
        pair.process(1).kill();
        run.unplug();
        if (twins == Twins.IN_CACHE) {
            run.assignToBackup();
        }
        FailoverRun.rest(QUIET);
        run.mark();
        long told = System.nanoTime();
        if (twins == Twins.IN_KERNEL) {
            run.assignToBackup();
        }
        pair.tellMaster();
        try {
            Awaitility.await().atMost(LIMIT).until(() -> run.times().size() == FLOWS);
        } catch (ConditionTimeoutException e) {
            System.out.println("  some flows were never heard of again");
        }
        List<Double> millis =
                run.times().stream().map(time -> (time - told) / 1e6).sorted().toList();
        if (!millis.isEmpty() && millis.getFirst() < 0) {
            throw new LabException("a packet came through before the takeover");
        }
        Figures figures = new Figures(at(millis, 0), at(millis, FLOWS / 2), at(millis, FLOWS - 1));
        System.out.printf(Locale.ROOT, "  %.0f ms, %.0f ms, %.0f ms%n", figures.first, figures.middle, figures.last);
        return figures;
    }

    private static double at(List<Double> sorted, int index) {
        return index < sorted.size() ? sorted.get(index) : Double.NaN;
    }
}
