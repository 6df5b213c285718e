package org.conntwin.node.channel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;

/**
 * JGroups' log: warnings and errors only, one line without a stack trace, each kind of line once a minute. Everything
 * is counted, {@link #count}.
 */
final class QuietLog implements Log {
    private static final Logger LOG = System.getLogger(QuietLog.class.getPackageName() + ".jgroups");
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_KINDS = 256;
    private static final LongAdder LINES = new LongAdder();
    private static final Map<String, Long> QUIET_UNTIL = new ConcurrentHashMap<>();

    private final String category;

    private QuietLog(String category) {
        this.category = category;
    }

    /** Makes every JGroups class that is loaded from now on use this log. */
    static void install() {
        LogFactory.setCustomLogFactory(new CustomLogFactory() {
            @Override
            public Log getLog(Class<?> type) {
                return new QuietLog(type.getSimpleName());
            }

            @Override
            public Log getLog(String name) {
                return new QuietLog(name);
            }
        });
    }

    /** Warnings and errors of JGroups since the start of the process, those not printed included. */
    static long count() {
        return LINES.sum();
    }

    private void line(Level level, String kind, String text) {
        LINES.increment();
        long now = System.nanoTime();
        if (QUIET_UNTIL.size() >= MAX_KINDS) {
            QUIET_UNTIL.clear(); // a line too many now and then is better than unbounded memory
        }
        Long until = QUIET_UNTIL.get(kind);
        if (until == null || now - until >= 0) {
            QUIET_UNTIL.put(kind, now + QUIET_NANOS);
            LOG.log(
                    level,
                    "channel: " + category + ": " + text.lines().findFirst().orElse(""));
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the formats are JGroups' own
    private static String format(String format, Object... arguments) {
        try {
            return arguments.length == 0 ? format : String.format(format, arguments);
        } catch (RuntimeException e) {
            return format; // a log line must not fail its caller
        }
    }

    @Override
    public boolean isFatalEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public void fatal(String text) {
        line(Level.ERROR, text, text);
    }

    @Override
    public void fatal(String format, Object... arguments) {
        line(Level.ERROR, format, format(format, arguments));
    }

    @Override
    public void fatal(String text, Throwable cause) {
        line(Level.ERROR, text, text + ": " + cause);
    }

    @Override
    public void error(String text) {
        line(Level.WARNING, text, text);
    }

    @Override
    public void error(String format, Object... arguments) {
        line(Level.WARNING, format, format(format, arguments));
    }

    @Override
    public void error(String text, Throwable cause) {
        line(Level.WARNING, text, text + ": " + cause);
    }

    @Override
    public void warn(String text) {
        line(Level.WARNING, text, text);
    }

    @Override
    public void warn(String format, Object... arguments) {
        line(Level.WARNING, format, format(format, arguments));
    }

    @Override
    public void warn(String text, Throwable cause) {
        line(Level.WARNING, text, text + ": " + cause);
    }

    @Override
    public void info(String text) {}

    @Override
    public void info(String format, Object... arguments) {}

    @Override
    public void debug(String text) {}

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void debug(String text, Throwable cause) {}

    @Override
    public void trace(Object object) {}

    @Override
    public void trace(String text) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public void trace(String text, Throwable cause) {}

    @Override
    public void setLevel(String level) {}

    @Override
    public String getLevel() {
        return "warn";
    }
}
