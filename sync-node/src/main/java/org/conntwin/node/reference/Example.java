package org.conntwin.node.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The annotated configuration that packages install: a valid file that shows every key. */
final class Example {
    private static final int WIDTH = 120;
    private static final String HEAD = """
            # Configuration of a conntwin node. Options that are commented out (#key, without a blank) stand at their default or
            # show an example. Check it with:  conntwin config check /etc/conntwin/node.yaml
            # Durations are 60s, 5m, 2h or 5d. Unknown keys and wrong values are errors, with line and column.
            # Types, ranges and defaults:  conntwin config reference
            """;

    private final StringBuilder out = new StringBuilder(HEAD);
    private final Set<String> commented = new HashSet<>();

    private Example() {}

    static String of(List<Note> notes) {
        Example example = new Example();
        notes.stream()
                .filter(note -> !note.inList() && !note.path().equals("userspace.timeouts.profile"))
                .forEach(example::write);
        return example.out.toString();
    }

    private void write(Note note) {
        int marked = mark(note);
        if (note.depth() == 0) {
            out.append('\n');
        }
        String indent = "  ".repeat(note.depth());
        for (String line : wrapped(note.text(), WIDTH - indent.length() - 2)) {
            out.append(indent).append("# ").append(line).append('\n');
        }
        List<String> lines = note.example().lines().toList();
        key(marked, note.depth(), note.key() + ":" + (lines.isEmpty() ? "" : spaced(lines.getFirst())));
        lines.stream().skip(1).forEach(line -> key(marked, note.depth() + 1, line));
    }

    private static String spaced(String value) {
        return value.isEmpty() ? "" : " " + value;
    }

    /** The depth at which the line's comment mark stands: that of the outermost section that is left out; or none. */
    private int mark(Note note) {
        if (!note.set()) {
            commented.add(note.path());
        }
        String section = "";
        int depth = 0;
        for (String part : note.path().split("\\.", -1)) {
            section = section.isEmpty() ? part : section + "." + part;
            if (commented.contains(section)) {
                return depth;
            }
            depth++;
        }
        return -1;
    }

    private void key(int marked, int depth, String text) {
        String indent = "  ".repeat(depth);
        if (marked < 0) {
            out.append(indent);
        } else {
            out.repeat(" ", 2 * marked).append('#').append(indent, 2 * marked, indent.length());
        }
        out.append(text).append('\n');
    }

    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
