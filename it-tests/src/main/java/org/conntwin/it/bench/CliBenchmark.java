package org.conntwin.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.Product;

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
        makeCache(Product.ofThisBuild());
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

    /** As the launcher makes it when it builds; here Maven has built, and the launcher wants a cache that is newer. */
    private static void makeCache(Product product) {
        Path built = product.lib().resolveSibling("built");
        Path cache = product.lib().resolveSibling("client.aot");
        Path made = product.lib().resolveSibling("client.aot.bench");
        try {
            if (Files.exists(cache) && modified(cache).compareTo(modified(built)) > 0) {
                return;
            }
            System.out.println("  making the cache of loaded classes");
            List<String> words = new ArrayList<>(List.of("env", "CONNTWIN_JAVA_OPTS=-XX:AOTCacheOutput=" + made));
            Files.deleteIfExists(cache);
            words.addAll(product.command(
                    List.of("status", "--socket", built.resolveSibling("none").toString())));
            Command.of(words).run(); // no node answers there
            Files.move(made, cache, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("no cache of loaded classes was made", e);
        }
    }

    private static FileTime modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file);
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
