package org.conntwin.injector;

import java.util.Map;
import java.util.TreeMap;

/** Counts outcomes while a commit runs. */
final class CommitTally {
    private int entries;
    private int expectations;
    private int created;
    private int updated;
    private int skipped;
    private int failed;
    private final Map<String, Integer> causes = new TreeMap<>();
    private final Map<String, Integer> remarks = new TreeMap<>();

    void created(boolean expectation) {
        created++;
        committed(expectation);
    }

    void updated(boolean expectation) {
        updated++;
        committed(expectation);
    }

    private void committed(boolean expectation) {
        if (expectation) {
            expectations++;
        } else {
            entries++;
        }
    }

    void skipped() {
        skipped++;
    }

    void failed(String cause) {
        failed++;
        causes.merge(cause, 1, Integer::sum);
    }

    void remark(String cause) {
        remarks.merge(cause, 1, Integer::sum);
    }

    CommitReport report(double seconds) {
        return new CommitReport(entries, expectations, created, updated, skipped, failed, seconds, causes, remarks);
    }
}
