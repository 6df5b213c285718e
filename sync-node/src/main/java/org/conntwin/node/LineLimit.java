package org.conntwin.node;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets at most {@value #LINES} lines of one kind a minute into the log, whatever makes them: a peer, a stranger, a packet
 * or an operator's loop. The next line of that kind says how many were left out. Kinds differ in level, part of the
 * program, or how the line begins; {@value #KINDS} of them are kept apart. Thread-safe.
 */
final class LineLimit implements Filter {
    static final int LINES = 5;
    static final int KINDS = 256;
    private static final int BEGINNING = 40;
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final class Kind {
        long sinceNanos;
        int lines;
        long leftOut;
    }

    private final LongSupplier nanoTime;
    private final Map<String, Kind> kinds = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
            return size() > KINDS;
        }
    };

    /** With a monotonic clock, nanoseconds. */
    LineLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized boolean isLoggable(LogRecord line) {
        long now = nanoTime.getAsLong();
        Kind kind = kinds.computeIfAbsent(name(line), _ -> {
            Kind first = new Kind();
            first.sinceNanos = now;
            return first;
        });
        if (now - kind.sinceNanos >= PERIOD_NANOS) {
            kind.sinceNanos = now;
            kind.lines = 0;
        }
        if (kind.lines >= LINES) {
            kind.leftOut++;
            return false;
        }
        kind.lines++;
        if (kind.leftOut > 0) {
            line.setMessage(line.getMessage() + " (" + kind.leftOut + " lines like this one were left out)");
            kind.leftOut = 0;
        }
        return true;
    }

    private static String name(LogRecord line) {
        String text = String.valueOf(line.getMessage());
        return line.getLevel() + " " + line.getLoggerName() + " "
                + text.substring(0, Math.min(BEGINNING, text.length()));
    }
}
