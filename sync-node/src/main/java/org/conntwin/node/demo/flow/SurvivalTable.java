package org.conntwin.node.demo.flow;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of every flow, from the reports of both ends.
 *
 * @param counts flows by protocol and outcome
 * @param stallsMicros the longest pause of each surviving flow, ascending
 */
public record SurvivalTable(Map<FlowReport.Kind, Map<Outcome, Integer>> counts, List<Long> stallsMicros) {
    /** What became of a flow. */
    public enum Outcome {
        /** Verified bytes went both ways after the takeover, and a TCP flow ended in order. */
        SURVIVED,
        /** Broken off by a reset, an error or an early end. */
        RESET,
        /** Wrong bytes arrived. */
        CORRUPTED,
        /** No error, but it did not go on in both directions, or could not be closed. */
        STUCK
    }

    /** Joins the two ends' reports; every flow of the client counts once. */
    public static SurvivalTable of(List<FlowReport> client, List<FlowReport> server) {
        Map<Integer, FlowReport> serverById = new HashMap<>();
        server.forEach(report -> serverById.put(report.id(), report));
        Map<FlowReport.Kind, Map<Outcome, Integer>> counts = new EnumMap<>(FlowReport.Kind.class);
        for (FlowReport.Kind kind : FlowReport.Kind.values()) {
            counts.put(kind, new EnumMap<>(Outcome.class));
        }
        List<Long> stalls = new java.util.ArrayList<>();
        for (FlowReport here : client) {
            FlowReport there = serverById.get(here.id());
            Outcome outcome = outcome(here, there);
            counts.getOrDefault(here.kind(), Map.of()).merge(outcome, 1, Integer::sum);
            if (outcome == Outcome.SURVIVED && there != null) {
                stalls.add(Math.max(here.stallMicros(), there.stallMicros()));
            }
        }
        stalls.sort(null);
        return new SurvivalTable(counts, stalls);
    }

    /** The outcome of one flow; {@code server} is null when the server never heard of it. */
    public static Outcome outcome(FlowReport client, @Nullable FlowReport server) {
        if (server == null) {
            return client.state().failed() ? Outcome.RESET : Outcome.STUCK;
        }
        if (client.state() == FlowReport.State.CORRUPTED || server.state() == FlowReport.State.CORRUPTED) {
            return Outcome.CORRUPTED;
        }
        if (client.state() == FlowReport.State.RESET || server.state() == FlowReport.State.RESET) {
            return Outcome.RESET;
        }
        FlowReport.State end = client.kind() == FlowReport.Kind.TCP ? FlowReport.State.CLOSED : FlowReport.State.OPEN;
        boolean inOrder = client.state() == end && server.state() == end;
        return inOrder && client.moved() && server.moved() ? Outcome.SURVIVED : Outcome.STUCK;
    }

    /** Number of flows with an outcome, of one protocol. */
    public int count(FlowReport.Kind kind, Outcome outcome) {
        return counts.getOrDefault(kind, Map.of()).getOrDefault(outcome, 0);
    }

    /** Number of flows of one protocol. */
    public int flows(FlowReport.Kind kind) {
        return counts.getOrDefault(kind, Map.of()).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Whether there were flows and every one survived. */
    public boolean allSurvived() {
        int flows = flows(FlowReport.Kind.TCP) + flows(FlowReport.Kind.UDP);
        return flows > 0 && stallsMicros.size() == flows;
    }

    /** The table for the operator. */
    public String text() {
        StringBuilder text = new StringBuilder();
        row(text, "", "TCP", "UDP");
        row(text, "flows", flows(FlowReport.Kind.TCP), flows(FlowReport.Kind.UDP));
        for (Outcome outcome : Outcome.values()) {
            row(
                    text,
                    outcome.name().toLowerCase(Locale.ROOT),
                    count(FlowReport.Kind.TCP, outcome),
                    count(FlowReport.Kind.UDP, outcome));
        }
        text.append(line(
                "longest stall",
                "p50 " + stall(0.50) + "  p99 " + stall(0.99) + "  max " + stall(1.0) + "  (surviving flows)"));
        return text.toString();
    }

    /** One line of the table with free text. */
    public static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-20s %s%n", name, value);
    }

    /** The longest pause that a share of the surviving flows stayed within. */
    private String stall(double share) {
        if (stallsMicros.isEmpty()) {
            return "-";
        }
        int rank = (int) Math.ceil(share * stallsMicros.size());
        return seconds(stallsMicros.get(Math.max(0, rank - 1)) * 1_000);
    }

    /** A time as the table shows it. */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }

    private static void row(StringBuilder text, String name, Object tcp, Object udp) {
        text.append(String.format(Locale.ROOT, "%-20s %8s %8s%n", name, tcp, udp));
    }
}
