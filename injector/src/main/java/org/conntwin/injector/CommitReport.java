package org.conntwin.injector;

import java.util.Locale;
import java.util.Map;

/**
 * What became of a commit.
 *
 * @param entries entries in the table thanks to it
 * @param expectations expectations in the table thanks to it
 * @param causes failures by cause, in words
 * @param remarks what was committed otherwise than it was, by cause
 */
public record CommitReport(
        int entries,
        int expectations,
        int created,
        int updated,
        int skipped,
        int failed,
        double seconds,
        Map<String, Integer> causes,
        Map<String, Integer> remarks) {
    /** Copies the maps. */
    public CommitReport {
        causes = Map.copyOf(causes);
        remarks = Map.copyOf(remarks);
    }

    /** The summary line of the operator's interface. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "committed %d entries, %d expectations in %.3f s (created %d, updated %d, skipped %d, failed %d)",
                entries,
                expectations,
                seconds,
                created,
                updated,
                skipped,
                failed);
    }
}
