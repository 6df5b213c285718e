package org.conntwin.node.demo.stage;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The node's summary line of a commit.
 *
 * @param entries entries committed
 * @param failed entries that the kernel refused
 * @param seconds how long it took, as printed
 * @param line the whole line
 */
public record CommitSummary(long entries, long failed, String seconds, String line) {
    private static final Pattern LINE =
            Pattern.compile("committed (\\d{1,12}) entries, .* in ([0-9.]+) s \\(.*failed (\\d{1,12})\\)");

    /** Finds the line in what {@code role active} printed. */
    public static Optional<CommitSummary> find(String output) {
        return output.lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .map(m -> new CommitSummary(
                        Long.parseLong(m.group(1)), Long.parseLong(m.group(3)), m.group(2), m.group(0)));
    }
}
