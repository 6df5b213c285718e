package org.conntwin.it.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.conntwin.it.lab.LabException;

/**
 * What a scenario did to a group of flows, as a line of a file.
 *
 * @param scenario what happened
 * @param group the flows that it happened to
 * @param result empty where the scenario cannot be
 */
public record FailoverFigure(String scenario, String group, Optional<Result> result) {
    private static final String EXTENSION = ".tsv";
    private static final int FIELDS = 7;

    /**
     * What became of them.
     *
     * @param flows those of TCP and UDP
     * @param alive how many of them went on
     * @param ftp whether the announced data connection came and passed as related
     * @param stallMillis the longest time that a flow was without an answer; of no meaning unless all are alive
     * @param takeoverMillis from the addresses' coming to the first packet forwarded; empty when that was not asked, or
     *     there was none
     */
    public record Result(int flows, int alive, boolean ftp, int stallMillis, OptionalDouble takeoverMillis) {
        /** Of a report. */
        public static Result of(TrafficReport report, boolean ftp, OptionalDouble takeoverMillis) {
            return new Result(
                    report.tcp() + report.udp(),
                    report.tcpAlive() + report.udpAlive(),
                    ftp,
                    Math.max(report.tcpStallMillis(), report.udpStallMillis()),
                    takeoverMillis);
        }
    }

    /** Writes the figures of one kind of firewall into a folder, in place of former ones. */
    public static void write(Path folder, String kind, List<FailoverFigure> figures) {
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    file(folder, kind),
                    figures.stream().map(figure -> figure.line() + "\n").collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads them. @throws LabException when there are none */
    public static List<FailoverFigure> read(Path folder, String kind) {
        Path file = file(folder, kind);
        if (!Files.exists(file)) {
            throw new LabException("no figures of " + kind + ": " + file);
        }
        try {
            return Files.readAllLines(file).stream().map(FailoverFigure::parsed).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path folder, String kind) {
        return folder.resolve("failover-" + kind + EXTENSION);
    }

    private String line() {
        return scenario + "\t" + group
                + result.map(of -> "\t%d\t%d\t%b\t%d\t%s"
                                .formatted(
                                        of.flows(),
                                        of.alive(),
                                        of.ftp(),
                                        of.stallMillis(),
                                        of.takeoverMillis().isPresent()
                                                ? Double.toString(
                                                        of.takeoverMillis().getAsDouble())
                                                : "-"))
                        .orElse("");
    }

    private static FailoverFigure parsed(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length == 2) {
            return new FailoverFigure(fields[0], fields[1], Optional.empty());
        }
        if (fields.length != FIELDS) {
            throw new LabException("no figure: " + line);
        }
        return new FailoverFigure(
                fields[0],
                fields[1],
                Optional.of(new Result(
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]),
                        Boolean.parseBoolean(fields[4]),
                        Integer.parseInt(fields[5]),
                        fields[6].equals("-")
                                ? OptionalDouble.empty()
                                : OptionalDouble.of(Double.parseDouble(fields[6])))));
    }
}
