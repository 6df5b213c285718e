package org.conntwin.node.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What was given for a command: its words by position, its options by name. */
final class Words {
    private final ParseResult result;
    private final List<String> words = new ArrayList<>();

    Words(ParseResult result) {
        this.result = result;
        for (PositionalParamSpec given : result.matchedPositionals()) {
            words.addAll(given.stringValues());
        }
    }

    /** The word at the position, which must be one of {@code allowed}. */
    String choice(int position, String meaning, List<String> allowed) throws UsageException {
        if (position >= words.size()) {
            throw new UsageException(meaning + " is missing: " + String.join(", ", allowed));
        }
        return checked(words.get(position), meaning, allowed);
    }

    /** The word at the position, or {@code otherwise} when there is none. */
    String choice(int position, String meaning, List<String> allowed, String otherwise) throws UsageException {
        return position < words.size() ? checked(words.get(position), meaning, allowed) : otherwise;
    }

    private static String checked(String word, String meaning, List<String> allowed) throws UsageException {
        if (!allowed.contains(word)) {
            throw new UsageException(meaning + " \"" + word + "\" is not one of " + String.join(", ", allowed));
        }
        return word;
    }

    /** The word at the position, whatever it is. */
    String word(int position, String meaning) throws UsageException {
        if (position >= words.size()) {
            throw new UsageException(meaning + " is missing");
        }
        return words.get(position);
    }

    /** All words from the position on. */
    List<String> from(int position) {
        return words.subList(Math.min(position, words.size()), words.size());
    }

    /** There must not be more words than this. */
    void atMost(int count) throws UsageException {
        if (words.size() > count) {
            throw new UsageException("unexpected \"" + words.get(count) + "\"");
        }
    }

    boolean has(String option) {
        return result.hasMatchedOption(option);
    }

    String option(String name, String otherwise) {
        String given = result.matchedOptionValue(name, otherwise);
        return given == null ? otherwise : given;
    }

    /** All values of an option that may be repeated. */
    List<String> options(String name) {
        List<String> given = result.matchedOptionValue(name, List.of());
        return given == null ? List.of() : given;
    }

    long number(String name, long otherwise, long least, long most) throws UsageException {
        String text = option(name, Long.toString(otherwise));
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw new UsageException(name + " " + text + " is not a number");
        }
        throw new UsageException(name + " " + text + " is not within " + least + " to " + most);
    }
}
