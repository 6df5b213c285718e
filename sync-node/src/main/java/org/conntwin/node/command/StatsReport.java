package org.conntwin.node.command;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.local.WriteThrough;
import org.conntwin.node.role.LastCommit;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.table.TableCounters;

/** What {@code stats} tells: numbers by topic, some of them by cause in a map of their own. */
final class StatsReport {
    static final List<String> TOPICS = List.of("cache", "network", "events", "commit", "runtime");

    private final Map<String, Map<String, Object>> topics = new LinkedHashMap<>();

    private StatsReport() {}

    /** All topics, or the one named. */
    static StatsReport of(NodeParts parts, String topic) throws RefusedException {
        StatsReport report = new StatsReport();
        for (String name : TOPICS) {
            if (topic.isEmpty() || topic.equals(name)) {
                report.topics.put(name, numbers(parts, name));
            }
        }
        if (report.topics.isEmpty()) {
            throw RefusedException.usage("stats: \"" + topic + "\" is not one of " + String.join(", ", TOPICS));
        }
        return report;
    }

    private static Map<String, Object> numbers(NodeParts parts, String topic) {
        return switch (topic) {
            case "cache" -> cache(parts);
            case "network" -> network(parts);
            case "events" -> events(parts);
            case "commit" -> commit(parts);
            default -> runtime(parts);
        };
    }

    private static Map<String, Object> cache(NodeParts parts) {
        Map<String, Object> internal =
                new LinkedHashMap<>(parts.internal().counters().snapshot());
        internal.put("entries", (long) parts.internal().size(Kind.CONNTRACK));
        internal.put("expectations", (long) parts.internal().size(Kind.EXPECTATION));
        internal.put("bytes", parts.internal().memoryBytes());
        Map<String, Object> external =
                new LinkedHashMap<>(parts.external().counters().snapshot());
        external.put("entries", (long) parts.external().size(Kind.CONNTRACK));
        external.put("expectations", (long) parts.external().size(Kind.EXPECTATION));
        external.put("bytes", parts.external().memoryBytes());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("internal", internal);
        all.put("external", external);
        return all;
    }

    private static Map<String, Object> network(NodeParts parts) {
        Map<String, Object> all = new LinkedHashMap<>(parts.replication().counters());
        all.put("dropped", new LinkedHashMap<String, Object>(parts.replication().drops()));
        all.put(
                "controlDropped",
                new LinkedHashMap<String, Object>(parts.controlDrops().get()));
        all.put(
                "httpRequests",
                new LinkedHashMap<String, Object>(parts.httpRequests().get()));
        return all;
    }

    private static Map<String, Object> events(NodeParts parts) {
        TableCounters counters = parts.table().counters();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("received", counters.eventsReceived());
        // The kernel tells that events were lost, not how many: each overrun counts once here and below.
        all.put("lost", counters.overruns());
        all.put("overruns", counters.overruns());
        all.put("filtered", parts.feed().filtered());
        all.put("expectationsLost", parts.feed().expectationsLost());
        all.put("peers", parts.feed().peersEvents());
        all.put("malformed", counters.malformed());
        all.put("unknownAttributes", counters.unknownAttributes());
        all.put("bufferBytes", counters.bufferBytes());
        Map<String, Long> tracker = parts.table().trackerCounters();
        if (!tracker.isEmpty()) {
            all.put("tracker", tracker);
        }
        return all;
    }

    private static Map<String, Object> commit(NodeParts parts) {
        Map<String, Object> all = new LinkedHashMap<>();
        LastCommit last = parts.roles().lastCommit();
        CommitReport report = last == null ? new CommitReport(0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of()) : last.report();
        all.put("entries", (long) report.entries());
        all.put("expectations", (long) report.expectations());
        all.put("created", (long) report.created());
        all.put("updated", (long) report.updated());
        all.put("skipped", (long) report.skipped());
        all.put("failed", (long) report.failed());
        all.put("causes", new LinkedHashMap<String, Object>(report.causes()));
        all.put("remarks", new LinkedHashMap<String, Object>(report.remarks()));
        Map<String, Object> total = new LinkedHashMap<>();
        total.put("commits", parts.roles().commitTotals().commits());
        total.putAll(parts.roles().commitTotals().outcomes());
        total.put(
                "causes",
                new LinkedHashMap<String, Object>(parts.roles().commitTotals().causes()));
        all.put("total", total);
        all.put("release", new LinkedHashMap<String, Object>(parts.roles().released()));
        WriteThrough through = parts.writeThrough();
        if (through != null) {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("written", through.written());
            written.putAll(through.failures());
            all.put("writeThrough", written);
        }
        return all;
    }

    private static Map<String, Object> runtime(NodeParts parts) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("uptimeSeconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
        all.put("heapBytes", memory.getHeapMemoryUsage().getUsed());
        all.put("heapLimitBytes", memory.getHeapMemoryUsage().getMax());
        all.put("threads", (long) ManagementFactory.getThreadMXBean().getThreadCount());
        if (parts.ha().configured()) {
            Map<String, Long> ha = new LinkedHashMap<>(parts.ha().counters());
            ha.put("holding", parts.ha().holding() ? 1L : 0L);
            all.put("ha", ha);
        }
        return all;
    }

    String json() {
        return Json.object(topics);
    }

    List<String> text() {
        List<String> lines = new ArrayList<>();
        topics.forEach((topic, numbers) -> {
            lines.add(topic + ":");
            lines(lines, "  ", numbers);
        });
        return lines;
    }

    private static void lines(List<String> lines, String indent, Map<?, ?> members) {
        members.forEach((name, value) -> {
            if (value instanceof Map<?, ?> map) {
                lines.add(indent + name + ":");
                lines(lines, indent + "  ", map);
            } else {
                lines.add(indent + name + ": " + value);
            }
        });
    }
}
