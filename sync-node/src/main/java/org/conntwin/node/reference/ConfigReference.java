package org.conntwin.node.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.conntwin.node.config.ConfigKey;
import org.conntwin.node.config.Timeout;

/** Every key of a node's configuration, explained: types, ranges and defaults as the reader itself knows them. Pure. */
public final class ConfigReference {
    private static final String HEAD = """
            # Configuration

            Every key of `/etc/conntwin/node.yaml`. `conntwin config check FILE` finds every mistake in a file, with line and
            column; unknown keys are mistakes. `conntwin config show` prints what a running node has, defaults included. A node
            reads its file at its start.

            Durations are whole seconds, or have a unit: `90`, `60s`, `5m`, `2h`, `5d`. `[]` stands for an element of a list.

            This page is printed by `conntwin config reference`, from the code that reads the file;
            `conntwin config reference --format yaml` prints the file with comments that packages install.

            ## The file

            """;

    private static final Set<String> TIMEOUTS = Arrays.stream(Timeout.values())
            .map(timeout -> "userspace." + timeout.key())
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, ConfigKey> keys =
            ConfigKey.all().stream().collect(Collectors.toMap(ConfigKey::path, Function.identity()));
    private final StringBuilder out = new StringBuilder(HEAD);

    private ConfigReference() {}

    /** What is said about the keys, in the order of the example. */
    static List<Note> notes() {
        List<Note> notes = new ArrayList<>(Notes.NODE);
        notes.addAll(UserspaceNotes.all());
        return notes;
    }

    /** A valid configuration file that shows every key, with comments. */
    public static String yaml() {
        return Example.of(notes());
    }

    /** A page in Markdown: a table for every section. */
    public static String markdown() {
        ConfigReference reference = new ConfigReference();
        reference.table("");
        for (Note note : notes()) {
            ConfigKey.Shape shape = reference.key(note).shape();
            if (shape != ConfigKey.Shape.VALUE && shape != ConfigKey.Shape.LIST) {
                reference
                        .out
                        .append("\n## `%s`\n\n%s\n\n".formatted(note.path(), note.text()))
                        .append(
                                note.example().isEmpty()
                                        ? ""
                                        : "```yaml\n" + note.key()
                                                + (note.example().startsWith("\n") ? ":" : ": ") + note.example()
                                                + "\n```\n\n");
                reference.table(note.path() + (shape == ConfigKey.Shape.SECTION ? "." : "[]."));
            }
        }
        reference
                .out
                .append("\n## Single timeouts\n\nIn the section `userspace`, or under `userspace.timeouts`; each is ")
                .append(reference.key(Note.shown("userspace.udp", "", "")).kind())
                .append(".\n\n")
                .append(TimeoutTable.markdown());
        return reference.out.toString();
    }

    private ConfigKey key(Note note) {
        ConfigKey key = keys.get(note.path());
        if (key == null) {
            throw new IllegalStateException("the reader does not know " + note.path());
        }
        return key;
    }

    /** The keys right in a section. */
    private void table(String section) {
        out.append("| key | value | default | what it does | example |\n|---|---|---|---|---|\n");
        for (Note note : notes()) {
            String inside = note.path().startsWith(section) ? note.path().substring(section.length()) : ".";
            if (!inside.contains(".") && !inside.contains("[]") && !TIMEOUTS.contains(note.path())) {
                row(note, key(note));
            }
        }
    }

    private void row(Note note, ConfigKey key) {
        String value = switch (key.shape()) {
            case VALUE -> key.kind();
            case LIST -> "a list, each " + key.kind();
            case SECTION -> "a section, see below";
            case SECTIONS -> "a list of sections, see below";
            case MIXED -> "a list, each " + key.kind() + ", or a section, see below";
        };
        String usual = key.defaultText() == null ? "" : "`" + key.defaultText() + "`";
        if (key.shape() != ConfigKey.Shape.VALUE && key.shape() != ConfigKey.Shape.SECTION) {
            usual = "`[]`";
        } else if (key.required()) {
            usual = "required";
        }
        boolean plain = note.example().isEmpty() || note.example().startsWith("\n");
        out.append("| `%s` | %s | %s | %s | %s |\n"
                .formatted(note.path(), value, usual, note.text(), plain ? "" : "`" + note.example() + "`"));
    }
}
