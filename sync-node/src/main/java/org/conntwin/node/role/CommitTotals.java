package org.conntwin.node.role;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.conntwin.injector.CommitReport;

/** What became of all commits since the start, takeovers included. Thread-safe. */
public final class CommitTotals {
    private final Map<String, Long> outcomes = new LinkedHashMap<>();
    private final Map<String, Long> causes = new TreeMap<>();
    private long commits;

    CommitTotals() {
        outcomes.put("created", 0L);
        outcomes.put("updated", 0L);
        outcomes.put("skipped", 0L);
        outcomes.put("failed", 0L);
    }

    synchronized void add(CommitReport report) {
        commits++;
        outcomes.merge("created", (long) report.created(), Long::sum);
        outcomes.merge("updated", (long) report.updated(), Long::sum);
        outcomes.merge("skipped", (long) report.skipped(), Long::sum);
        outcomes.merge("failed", (long) report.failed(), Long::sum);
        report.causes().forEach((cause, count) -> causes.merge(cause, (long) count, Long::sum));
    }

    /** Number of commits. */
    public synchronized long commits() {
        return commits;
    }

    /** Entries and expectations by outcome: created, updated, skipped, failed. */
    public synchronized Map<String, Long> outcomes() {
        return new LinkedHashMap<>(outcomes);
    }

    /** Failures by cause, those that happened. */
    public synchronized Map<String, Long> causes() {
        return new LinkedHashMap<>(causes);
    }
}
