package org.conntwin.node;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The node's log: one line a record on stderr, few of a kind; libraries only from warnings on. */
final class Logs {
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OWN = Logger.getLogger("org.conntwin");

    private Logs() {}

    static void toStderr() {
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        ConsoleHandler stderr = new ConsoleHandler();
        stderr.setFormatter(new Line());
        stderr.setLevel(Level.ALL);
        stderr.setFilter(new LineLimit(System::nanoTime));
        ROOT.addHandler(stderr);
        ROOT.setLevel(Level.WARNING);
        OWN.setLevel(Level.INFO);
    }

    private static final class Line extends Formatter {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                        "yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT)
                .withZone(ZoneId.systemDefault());

        @Override
        public String format(LogRecord record) {
            plainNumbers(record);
            String logger = String.valueOf(record.getLoggerName());
            StringBuilder line = new StringBuilder(160)
                    .append(TIME.format(record.getInstant()))
                    .append(' ')
                    .append(record.getLevel().getName())
                    .append(' ')
                    .append(logger.substring(logger.lastIndexOf('.') + 1))
                    .append(": ")
                    .append(formatMessage(record))
                    .append('\n');
            Throwable thrown = record.getThrown();
            if (thrown != null) {
                StringWriter trace = new StringWriter();
                thrown.printStackTrace(new PrintWriter(trace));
                line.append(trace);
            }
            return line.toString();
        }

        /** Numbers as commands print them: without the grouping of a language. */
        private static void plainNumbers(LogRecord record) {
            Object[] parameters = record.getParameters();
            if (parameters != null) {
                record.setParameters(Stream.of(parameters)
                        .map(each -> each instanceof Number ? each.toString() : each)
                        .toArray());
            }
        }
    }
}
