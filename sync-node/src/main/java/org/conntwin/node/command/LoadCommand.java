package org.conntwin.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.node.control.CommandInput;
import org.conntwin.node.control.CommandOutput;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/** {@code load}: writes entry lines into the local table, as if it had learned them itself. */
final class LoadCommand {
    private static final int BATCH = 1024;
    /** More bad lines than this are counted, not shown. */
    private static final int SHOWN = 20;

    private final NodeParts parts;
    private int loaded;
    private int updated;
    private int bad;
    private final List<TableChange> changes = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();

    LoadCommand(NodeParts parts) {
        this.parts = parts;
    }

    int run(CommandInput input, boolean json, CommandOutput out) throws IOException, InterruptedException {
        int number = 0;
        String line;
        while ((line = input.line()) != null) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                changes.add(new TableChange.Insert(EntryParser.parse(line)));
                numbers.add(number);
            } catch (LineException wrong) {
                bad(number, String.valueOf(wrong.getMessage()), out);
            }
            if (changes.size() == BATCH) {
                write(out);
            }
        }
        write(out);
        if (bad > SHOWN) {
            out.error("load: and " + (bad - SHOWN) + " more lines");
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("loaded", loaded);
        counts.put("updated", updated);
        counts.put("skipped", bad);
        out.line(json ? Json.object(counts) : "loaded " + loaded + " entries, updated " + updated + ", skipped " + bad);
        return bad > 0 && loaded + updated == 0 ? 1 : 0;
    }

    private void bad(int number, String why, CommandOutput out) throws IOException {
        if (++bad <= SHOWN) {
            out.error("load: line " + number + ": " + why);
        }
    }

    private void write(CommandOutput out) throws IOException {
        List<Outcome> outcomes = parts.table().apply(changes, Echo.HEARD);
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            if (outcome == Outcome.EXISTS && changes.get(i) instanceof TableChange.Insert(Conntrack entry)) {
                outcome = parts.table()
                        .apply(List.of(new TableChange.Update(entry)), Echo.HEARD)
                        .getFirst();
                updated += outcome == Outcome.DONE ? 1 : 0;
            } else {
                loaded += outcome == Outcome.DONE ? 1 : 0;
            }
            if (outcome != Outcome.DONE) {
                bad(numbers.get(i), outcome.meaning(), out);
            }
        }
        changes.clear();
        numbers.clear();
    }
}
