package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LineLimitTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final LineLimit limit = new LineLimit(nanos::get);

    private static LogRecord line(Level level, String logger, String text) {
        LogRecord line = new LogRecord(level, text);
        line.setLoggerName(logger);
        return line;
    }

    private int let(int lines, Level level, String logger, String text) {
        int let = 0;
        for (int i = 0; i < lines; i++) {
            let += limit.isLoggable(line(level, logger, text)) ? 1 : 0;
        }
        return let;
    }

    @Test
    void letsFewLinesOfAKindThroughAMinuteAndTellsOfTheOthers() {
        assertThat(let(100, Level.WARNING, "a", "a peer is odd: {0}")).isEqualTo(LineLimit.LINES);
        nanos.addAndGet(59_999_999_999L);
        assertThat(let(10, Level.WARNING, "a", "a peer is odd: {0}")).isZero();
        nanos.addAndGet(1);
        LogRecord next = line(Level.WARNING, "a", "a peer is odd: {0}");
        assertThat(limit.isLoggable(next)).isTrue();
        assertThat(next.getMessage()).isEqualTo("a peer is odd: {0} (105 lines like this one were left out)");
        LogRecord second = line(Level.WARNING, "a", "a peer is odd: {0}");
        assertThat(limit.isLoggable(second)).isTrue();
        assertThat(second.getMessage()).isEqualTo("a peer is odd: {0}");
    }

    @Test
    void keepsKindsApart() {
        assertThat(let(9, Level.WARNING, "a", "one thing")).isEqualTo(LineLimit.LINES);
        assertThat(let(9, Level.WARNING, "a", "another thing")).isEqualTo(LineLimit.LINES);
        assertThat(let(9, Level.INFO, "a", "one thing")).isEqualTo(LineLimit.LINES);
        assertThat(let(9, Level.WARNING, "b", "one thing")).isEqualTo(LineLimit.LINES);
    }

    @Test
    void takesLinesThatDifferOnlyLaterForOneKindAndForgetsTheOldestOfTooMany() {
        String beginning = "command dump failed, and the reason why it did is ";
        int let = 0;
        for (int i = 0; i < 50; i++) {
            let += let(1, Level.SEVERE, "a", beginning + i);
        }
        assertThat(let).isEqualTo(LineLimit.LINES);
        for (int i = 0; i < 10_000; i++) {
            let(1, Level.SEVERE, "a", i + " is the first word");
        }
        assertThat(let(9, Level.SEVERE, "a", beginning)).isEqualTo(LineLimit.LINES);
    }
}
