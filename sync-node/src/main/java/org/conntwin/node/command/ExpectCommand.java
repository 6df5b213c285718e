package org.conntwin.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.node.control.CommandOutput;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.text.ExpectationParser;
import org.conntwin.tracker.text.ExpectationText;
import org.conntwin.tracker.text.LineException;

/** {@code expect}: adds, deletes and lists expectations of the local table, as if it had them itself. */
final class ExpectCommand {
    private final NodeParts parts;

    ExpectCommand(NodeParts parts) {
        this.parts = parts;
    }

    int run(String action, String line, CommandOutput out) throws IOException, RefusedException {
        switch (action) {
            case "list" -> {
                List<Expectation> all = new ArrayList<>();
                parts.table().dumpExpectations(all::add);
                for (Expectation expectation : all) {
                    out.line(ExpectationText.line(expectation));
                }
            }
            case "add" -> {
                Expectation expectation = parsed(line);
                List<TableChange> changes = new ArrayList<>(List.of(new TableChange.Expect(expectation)));
                if ((expectation.flags() & Expectation.PERMANENT) == 0) {
                    changes.add(new TableChange.ExpectTimeout(expectation));
                }
                Outcome outcome = parts.table().apply(changes, Echo.HEARD).getFirst();
                if (outcome != Outcome.DONE) {
                    throw new RefusedException(1, "expect add: " + outcome.meaning());
                }
                out.line("added 1 expectation");
            }
            case "delete" -> {
                Outcome outcome = parts.table()
                        .apply(List.of(new TableChange.Unexpect(parsed(line))), Echo.HEARD)
                        .getFirst();
                if (outcome != Outcome.DONE) {
                    throw new RefusedException(1, "expect delete: " + outcome.meaning());
                }
                out.line("deleted 1 expectation");
            }
            default -> throw RefusedException.usage("expect: \"" + action + "\" is not add, delete or list");
        }
        return 0;
    }

    /** A line does not tell the master's protocol where that has the same keys: the table knows the master. */
    private Expectation parsed(String line) throws RefusedException {
        Expectation told;
        try {
            told = ExpectationParser.parse(line);
        } catch (LineException wrong) {
            throw RefusedException.usage("expect: " + wrong.getMessage());
        }
        Tuple[] master = {told.master()};
        parts.table().dump(entry -> {
            if (sameButProtocol(entry, told)) {
                master[0] = entry.original();
            }
        });
        return new Expectation(
                told.tuple(),
                told.mask(),
                master[0],
                told.zone(),
                told.timeoutSeconds(),
                told.expectClass(),
                told.flags(),
                told.helper(),
                null,
                null,
                0);
    }

    private static boolean sameButProtocol(Conntrack entry, Expectation told) {
        Tuple original = entry.original();
        Tuple master = told.master();
        return original.sourceHigh() == master.sourceHigh()
                && original.sourceLow() == master.sourceLow()
                && original.destinationHigh() == master.destinationHigh()
                && original.destinationLow() == master.destinationLow()
                && original.sourceKey() == master.sourceKey()
                && original.destinationKey() == master.destinationKey()
                && (told.helper() == null || Objects.equals(told.helper(), entry.helper()));
    }
}
