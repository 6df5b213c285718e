package org.conntwin.it.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.conntwin.it.containers.FailoverFigure;
import org.conntwin.it.lab.LabException;

/**
 * Prints what the scenarios of containers that fail did to flows, with conntwin and with conntrackd, beside each other.
 *
 * <p>{@code FailoverTable FOLDER}: where the scenarios left their figures.
 */
public final class FailoverTable {
    private static final String CELL = "%7s %4s %9s %12s";

    private FailoverTable() {}

    /** Prints it; exits with 1 and one line when figures are missing. */
    public static void main(String[] arguments) {
        try {
            Path folder = Path.of(arguments.length == 1 ? arguments[0] : "target");
            print(FailoverFigure.read(folder, "conntwin"), FailoverFigure.read(folder, "conntrackd"));
        } catch (LabException e) {
            System.err.println("FailoverTable: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void print(List<FailoverFigure> ours, List<FailoverFigure> theirs) {
        String heads = CELL.formatted("alive", "FTP", "stall ms", "takeover ms");
        row("", "", "conntwin", "conntrackd");
        row("scenario", "flows", heads, heads);
        for (FailoverFigure figure : ours) {
            row(figure.scenario(), figure.group(), cell(Optional.of(figure)), cell(like(figure, theirs)));
        }
        System.out.println("""

                alive: TCP and UDP flows, the probe among them, which is as old as the lab. FTP: the announced data connection
                came, as related. stall: the longest time of a flow without an answer. takeover: from the addresses' coming to
                the first packet of the probe forwarded. old, born: open before, or opened while something was amiss.
                -: flows died, or the takeover is told with the old flows.""");
    }

    private static void row(String scenario, String flows, String ours, String theirs) {
        System.out.println("%-42s %-5s | %-35s | %s".formatted(scenario, flows, ours, theirs));
    }

    private static Optional<FailoverFigure> like(FailoverFigure figure, List<FailoverFigure> figures) {
        return figures.stream()
                .filter(other -> other.scenario().equals(figure.scenario())
                        && other.group().equals(figure.group()))
                .findFirst();
    }

    private static String cell(Optional<FailoverFigure> figure) {
        return figure.flatMap(FailoverFigure::result)
                .map(FailoverTable::cell)
                .orElseGet(() -> figure.isPresent() ? "not possible" : "no figure");
    }

    private static String cell(FailoverFigure.Result result) {
        boolean whole = result.alive() == result.flows();
        return CELL.formatted(
                100 * result.alive() / result.flows() + " %",
                result.ftp() ? "yes" : "no",
                whole ? Integer.toString(result.stallMillis()) : "-",
                result.takeoverMillis().isPresent()
                        ? String.format(
                                Locale.ROOT, "%.1f", result.takeoverMillis().getAsDouble())
                        : "-");
    }
}
