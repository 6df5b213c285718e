package org.conntwin.it.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An entry line, cut into words and reduced to what must agree between two tables or between a dump and the kernel:
 * without the running timeout, the reference count, the id and what only caches append.
 */
public final class EntryLine {
    private static final List<String> FAMILIES = List.of("ipv4", "ipv6");

    private EntryLine() {}

    /**
     * Reduces a line of `conntrack -L`, `conntrack -L -o extended` or `dump`.
     *
     * @return protocol name, its number, and the other words in their order
     */
    public static String reduced(String line) {
        String withoutAge = line.replaceAll("\\[active since \\d+s]", "");
        List<String> words = new ArrayList<>(Arrays.asList(withoutAge.strip().split("\\s+", -1)));
        if (FAMILIES.contains(words.getFirst())) {
            words.subList(0, 2).clear();
        }
        if (words.size() > 2 && words.get(2).matches("\\d+")) {
            words.remove(2);
        }
        words.removeIf(word -> word.startsWith("use=") || word.startsWith("id=0x") || word.startsWith("origin="));
        return String.join(" ", words);
    }

    /** Reduces and sorts, so that two tables can be compared as text. */
    public static List<String> reduced(List<String> lines) {
        return lines.stream().map(EntryLine::reduced).sorted().toList();
    }

    /** An expectation line without its running timeout, the rest word by word. */
    public static String reducedExpectation(String line) {
        return line.replaceAll("\\[active since \\d+s]", "")
                .replaceAll("\\borigin=\\S+", "")
                .strip()
                .replaceFirst("^\\d+\\s+", "")
                .replaceAll("\\s+", " ");
    }
}
