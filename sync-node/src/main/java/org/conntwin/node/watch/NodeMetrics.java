package org.conntwin.node.watch;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.conntwin.node.command.NodeParts;
import org.conntwin.node.ha.HighAvailability;
import org.conntwin.node.local.WriteThrough;
import org.conntwin.node.role.CommitTotals;
import org.conntwin.node.role.LastCommit;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.TableCounters;

/**
 * The numbers of a node for Prometheus. Nothing is measured on the event path for them: a scrape reads the counters that
 * every part keeps. Thread-safe, one scrape at a time.
 */
final class NodeMetrics implements AutoCloseable {
    /** What the replication counts that may also fall. */
    private static final Set<String> LEVELS = Set.of("retainedMessages");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final PeerMeters peers;
    private final List<CauseMeters> causes = new ArrayList<>();
    private final JvmGcMetrics collector = new JvmGcMetrics();

    NodeMetrics(NodeParts parts, Supplier<Integer> degraded, Supplier<Map<String, Long>> requests) {
        registry.config()
                .commonTags(
                        "node",
                        parts.identity().node(),
                        "cluster",
                        parts.config().cluster().name());
        role(parts, degraded);
        highAvailability(parts.ha());
        table(parts.table());
        events(parts);
        caches(parts);
        network(parts);
        commits(parts);
        meters.counters("conntwin.http.requests", "HTTP requests by what became of them", "outcome", requests);
        peers = new PeerMeters(registry, parts.replication()::peers);
        causes.add(new CauseMeters(
                meters,
                "conntwin.commit.failures",
                "Entries that a commit could not write, by cause",
                parts.roles().commitTotals()::causes));
        WriteThrough through = parts.writeThrough();
        if (through != null) {
            causes.add(new CauseMeters(
                    meters,
                    "conntwin.write.through.failures",
                    "Peers' entries that could not be written at once, by cause",
                    through::failures));
        }
        new JvmMemoryMetrics().bindTo(registry);
        collector.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** All of them in Prometheus' text format 0.0.4. */
    synchronized String scrape() {
        peers.refresh();
        causes.forEach(CauseMeters::refresh);
        return registry.scrape();
    }

    private void role(NodeParts parts, Supplier<Integer> degraded) {
        for (RoleName role : RoleName.values()) {
            meters.gauge(
                    "conntwin.role",
                    "1 for the role that the node has",
                    () -> parts.identity().standing().role() == role ? 1 : 0,
                    "role",
                    role.text());
        }
        meters.gauge(
                "conntwin.incarnation",
                "Incarnation of the node",
                () -> parts.identity().standing().incarnation());
        meters.gauge("conntwin.degraded", "Reasons why the node is degraded, as status tells them", degraded::get);
    }

    private void table(ConntrackTable table) {
        meters.gauge("conntwin.table.entries", "Entries in the local table", table::count, "table", table.name());
        meters.gauge("conntwin.table.limit", "Most entries in the local table", table::limit, "table", table.name());
        meters.counters("conntwin.tracker", "What the userspace tracker counted", "counter", table::trackerCounters);
    }

    private void events(NodeParts parts) {
        Supplier<TableCounters> counters = parts.table()::counters;
        meters.counter(
                "conntwin.events.received",
                "Events from the local table",
                () -> counters.get().eventsReceived());
        meters.counter(
                "conntwin.events.overruns",
                "Times that the table lost events",
                () -> counters.get().overruns());
        meters.counter(
                "conntwin.events.malformed",
                "Events that could not be decoded",
                () -> counters.get().malformed());
        meters.counter("conntwin.events.filtered", "Events of flows that are not replicated", parts.feed()::filtered);
        meters.counter(
                "conntwin.events.expectations.lost",
                "Events of expectations without room, or that could not be handled",
                parts.feed()::expectationsLost);
        meters.counter("conntwin.events.peers", "Events of entries written for a peer", parts.feed()::peersEvents);
        meters.gauge(
                "conntwin.events.buffer.bytes",
                "Size of the event buffer",
                () -> counters.get().bufferBytes());
    }

    private void caches(NodeParts parts) {
        for (Kind kind : Kind.values()) {
            String name = kind == Kind.CONNTRACK ? "ct" : "expect";
            meters.gauge(
                    "conntwin.cache.entries",
                    "Entries in a cache",
                    () -> parts.internal().size(kind),
                    "cache",
                    "internal",
                    "kind",
                    name);
            meters.gauge(
                    "conntwin.cache.entries",
                    "Entries in a cache",
                    () -> parts.external().size(kind),
                    "cache",
                    "external",
                    "kind",
                    name);
        }
        meters.gauge("conntwin.cache.bytes", "Memory of a cache", parts.internal()::memoryBytes, "cache", "internal");
        meters.gauge("conntwin.cache.bytes", "Memory of a cache", parts.external()::memoryBytes, "cache", "external");
        String help = "Changes to a cache by outcome";
        meters.counters(
                "conntwin.cache.changes",
                help,
                "outcome",
                () -> parts.internal().counters().snapshot(),
                "cache",
                "internal");
        meters.counters(
                "conntwin.cache.changes",
                help,
                "outcome",
                () -> parts.external().counters().snapshot(),
                "cache",
                "external");
    }

    private void network(NodeParts parts) {
        Supplier<Map<String, Long>> counters = parts.replication()::counters;
        for (String key : counters.get().keySet()) {
            String name = "conntwin.network." + Meters.words(key, '.');
            String help = "Replication: " + Meters.words(key, ' ');
            if (LEVELS.contains(key)) {
                meters.gauge(name, help, new Meters.Named(counters, key)::getAsLong);
            } else {
                meters.counter(name, help, new Meters.Named(counters, key));
            }
        }
        meters.counters(
                "conntwin.network.dropped",
                "Datagrams and messages dropped, by cause",
                "cause",
                parts.replication()::drops);
        meters.counters(
                "conntwin.control.dropped", "Control clients sent away, by cause", "cause", parts.controlDrops());
    }

    private void commits(NodeParts parts) {
        CommitTotals totals = parts.roles().commitTotals();
        meters.counter("conntwin.commits", "Commits, takeovers included", totals::commits);
        meters.counters("conntwin.commit.entries", "Entries and expectations by outcome", "outcome", totals::outcomes);
        meters.counters(
                "conntwin.release",
                "Own entries given up after step-downs, by outcome",
                "outcome",
                parts.roles()::released);
        meters.gauge("conntwin.commit.last.seconds", "How long the last commit took", () -> {
            LastCommit last = parts.roles().lastCommit();
            return last == null ? 0 : last.report().seconds();
        });
        WriteThrough through = parts.writeThrough();
        if (through != null) {
            meters.counter("conntwin.write.through.written", "Peers' entries written at once", through::written);
        }
    }

    private void highAvailability(HighAvailability ha) {
        if (ha.configured()) {
            meters.counters(
                    "conntwin.ha", "What following keepalived and holding packets counted", "counter", ha::counters);
            meters.gauge("conntwin.ha.holding", "1 while packets wait for a takeover", () -> ha.holding() ? 1 : 0);
        }
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
