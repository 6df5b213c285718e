package org.conntwin.node.demo.userspace;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.conntwin.node.demo.stage.CommitSummary;
import org.conntwin.node.demo.stage.DemoException;

/** How the acts tell what they do, and what both do alike. */
final class Story {
    private static final long POLL_MILLIS = 50;

    private final PrintStream out;
    private final long started = System.nanoTime();

    Story(PrintStream out) {
        this.out = out;
    }

    /** Prints a line of progress. */
    void say(String line) {
        out.println(String.format(Locale.ROOT, "[%6.2f s] %s", (System.nanoTime() - started) / 1e9, line));
        out.flush();
    }

    /** Prints text as it is. */
    void print(String text) {
        out.print(text);
        out.flush();
    }

    /** Something that may fail to be found out. */
    interface Check {
        boolean holds() throws DemoException;
    }

    /** Waits until the check holds; false when it does not within the limit. */
    boolean await(Check check, Duration limit) throws DemoException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!check.holds()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(POLL_MILLIS);
        }
        return true;
    }

    /** Something that grows while things go well. */
    interface Measure {
        long value() throws DemoException;
    }

    /** Waits until the measure reaches the goal; false when it stands still for so long before. */
    boolean awaitGrowth(Measure measure, long goal, Duration stillLimit) throws DemoException {
        long value = measure.value();
        long deadline = System.nanoTime() + stillLimit.toNanos();
        while (value < goal) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(POLL_MILLIS);
            long next = measure.value();
            if (next > value) {
                deadline = System.nanoTime() + stillLimit.toNanos();
            }
            value = next;
        }
        return true;
    }

    /** Waits a moment: nodes and hosts run by themselves, nothing here could be waited on. */
    static void pause(long millis) throws DemoException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    /** Has a node take over. */
    CommitSummary promote(FirewallNode backup) throws DemoException {
        String output = backup.control().send(List.of("role", "active"));
        CommitSummary summary = CommitSummary.find(output)
                .orElseThrow(() -> new DemoException("'role active' printed no summary line: "
                        + output.lines().findFirst().orElse("nothing")));
        output.lines().forEach(line -> say(backup.name() + ": " + line));
        return summary;
    }
}
