package org.conntwin.node.watch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.conntwin.node.command.NodeParts;
import org.conntwin.node.command.StatusReport;
import org.conntwin.node.http.Page;
import org.conntwin.node.http.Pages;
import org.conntwin.node.role.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a node: {@code /metrics}, {@code /healthz} (it lives), {@code /readyz} (it may take over: whatever a peer
 * has, it has, too), {@code /status} (what {@code status --json} prints) and the dashboard.
 */
public final class NodePages implements Pages, AutoCloseable {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final NodeParts parts;
    private final Supplier<Optional<String>> complaint;
    private final NodeMetrics metrics;
    private final String dashboard;

    /**
     * Pages of the running node.
     *
     * @param complaint what is wrong with the node itself, if anything is
     * @param requests what became of requests for these pages
     */
    public NodePages(NodeParts parts, Supplier<Optional<String>> complaint, Supplier<Map<String, Long>> requests) {
        this.parts = parts;
        this.complaint = complaint;
        this.metrics = new NodeMetrics(parts, () -> StatusReport.degraded(parts).size(), requests);
        this.dashboard = resource("dashboard.html");
    }

    private static String resource(String name) {
        try (InputStream in = NodePages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public @Nullable Page at(String path) {
        return switch (path) {
            case "/metrics" -> new Page(200, METRICS_TYPE, metrics.scrape());
            case "/healthz" -> health();
            case "/readyz" -> readiness();
            case "/status" -> status();
            case "/" -> new Page(200, "text/html; charset=utf-8", dashboard);
            default -> null;
        };
    }

    private Page health() {
        return complaint.get().map(words -> Page.text(503, words + "\n")).orElseGet(() -> Page.text(200, "ok\n"));
    }

    private Page readiness() {
        Optional<String> ill = complaint.get();
        if (ill.isPresent()) {
            return Page.text(503, ill.get() + "\n");
        }
        List<String> missing = Readiness.missing(
                parts.identity().standing(), parts.replication().peers(), parts.replication()::inParity);
        return missing.isEmpty() ? Page.text(200, "ready\n") : Page.text(503, String.join("\n", missing) + "\n");
    }

    private Page status() {
        try {
            return new Page(200, "application/json", StatusReport.of(parts).json());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        metrics.close();
    }
}
