package org.conntwin.node.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects the mistakes of one file; bounded, so that a file of rubbish does not become a flood. */
final class ErrorList {
    /** More mistakes than this are only counted. */
    static final int LIMIT = 200;

    private final String source;
    private final List<ConfigError> errors = new ArrayList<>();
    private int beyond;

    ErrorList(String source) {
        this.source = source;
    }

    void add(Optional<Mark> where, String message) {
        if (errors.size() >= LIMIT) {
            beyond++;
            return;
        }
        int line = where.map(mark -> mark.getLine() + 1).orElse(0);
        int column = where.map(mark -> mark.getColumn() + 1).orElse(0);
        errors.add(new ConfigError(source, line, column, oneLine(message)));
    }

    /** Number of mistakes so far. */
    int count() {
        return errors.size() + beyond;
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** The mistakes in the order of the file. */
    List<ConfigError> sorted() {
        List<ConfigError> all = new ArrayList<>(errors);
        all.sort(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column));
        if (beyond > 0) {
            all.add(new ConfigError(source, 0, 0, beyond + " more errors; correct these first"));
        }
        return all;
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
