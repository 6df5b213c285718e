package org.conntwin.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of measures: conntwin, conntrackd, ratio, and what was to be reached. */
final class ComparisonTable {
    private static final String ROW = "%-56s %12s %12s %8s  %-14s %s";

    private ComparisonTable() {}

    static void print(List<Measure> measures) {
        System.out.println();
        lines(measures).forEach(System.out::println);
    }

    /** A line of heads, and one for each measure. */
    static List<String> lines(List<Measure> measures) {
        List<String> lines = new ArrayList<>();
        lines.add(
                ROW.formatted("", "conntwin", "conntrackd", "ratio", "aim", "").stripTrailing());
        for (Measure measure : measures) {
            double ours = measure.ours();
            double theirs = measure.theirs();
            Aim aim = measure.aim();
            lines.add(ROW.formatted(
                            measure.name(),
                            number(ours),
                            number(theirs),
                            theirs == 0 || Double.isNaN(ours / theirs) ? "-" : fixed(2, ours / theirs),
                            aim.text(),
                            aim.verdict(ours, theirs))
                    .stripTrailing());
        }
        return lines;
    }

    /** Large ones without decimals, small ones with some; "-" for no figure. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        if (value == Math.rint(value) || Math.abs(value) >= 1_000) {
            return fixed(0, value);
        }
        return fixed(2, value);
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** Part of all, in percent: 100 only when none is missing, however many there are. */
    static double percent(long part, long all) {
        double percent = 100.0 * part / all;
        return part < all ? Math.min(percent, 99.99) : percent;
    }

    /** The middle one, of an even number the higher. */
    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
