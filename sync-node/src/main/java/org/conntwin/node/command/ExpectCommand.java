package org.conntwin.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.conntwin.node.control.CommandOutput;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.text.ExpectationParser;
import org.conntwin.tracker.text.LineException;

/** {@code expect}: adds, deletes and lists expectations of the local table, as if it had them itself. */
final class ExpectCommand {
    private final NodeParts parts;

    ExpectCommand(NodeParts parts) {
        this.parts = parts;
    }

    int run(String action, String line, EntryFormat format, CommandOutput out) throws IOException, RefusedException {
        switch (action) {
            case "list" -> list(format, out);
            case "add" -> {
                Expectation expectation = parsed(line);
                Outcome outcome = parts.table()
                        .apply(List.of(new TableChange.Expect(expectation)), Echo.HEARD)
                        .getFirst();
                refuse("add", expectation, outcome);
                // A table takes the lifetime of the helper's policy at first.
                parts.table().apply(List.of(new TableChange.ExpectTimeout(expectation)), Echo.HEARD);
                out.line("added 1 expectation");
            }
            case "delete" -> {
                Expectation expectation = parsed(line);
                Outcome outcome = parts.table()
                        .apply(List.of(new TableChange.Unexpect(expectation)), Echo.HEARD)
                        .getFirst();
                refuse("delete", expectation, outcome);
                out.line("deleted 1 expectation");
            }
            default -> throw RefusedException.usage("expect: \"" + action + "\" is not add, delete or list");
        }
        return 0;
    }

    private void list(EntryFormat format, CommandOutput out) throws IOException {
        List<Expectation> all = new ArrayList<>();
        parts.table().dumpExpectations(all::add);
        StringBuilder line = new StringBuilder(300);
        for (Expectation expectation : all) {
            line.setLength(0);
            format.append(line, expectation, Shown.TABLE);
            out.line(line.toString());
        }
    }

    private static void refuse(String action, Expectation expectation, Outcome outcome) throws RefusedException {
        String why = switch (outcome) {
            case DONE -> "";
            case EXISTS -> "one for these addresses and ports is there already; see `conntwin expect list`";
            case ABSENT -> "no expectation for these addresses and ports; see `conntwin expect list`";
            case MASTER_MISSING ->
                "there is no connection with this master-src, master-dst and ports; see `conntwin dump table`";
            case UNSUPPORTED, HELPER_UNKNOWN ->
                "its master has no helper, or this table has none of that name; `helper=` in `conntwin dump table` shows"
                        + " who has one";
            case INVALID -> "the helper has no class=" + expectation.expectClass();
            case BUSY -> "it overlaps an expectation of another connection; see `conntwin expect list`";
            case FAILED -> "the connection expects the same in another class";
            default -> outcome.meaning();
        };
        if (!why.isEmpty()) {
            throw new RefusedException(1, "expect " + action + ": " + why);
        }
    }

    /** A line does not tell the master's protocol where that has the same keys: the table knows the master. */
    private Expectation parsed(String line) throws RefusedException {
        Expectation told;
        try {
            told = ExpectationParser.parse(line);
        } catch (LineException wrong) {
            throw RefusedException.usage("expect: " + wrong.getMessage());
        }
        return new Expectation(
                told.tuple(),
                told.mask(),
                master(told),
                told.zone(),
                told.timeoutSeconds(),
                told.expectClass(),
                told.flags(),
                told.helper(),
                null,
                null,
                0);
    }

    /** The flow with these keys that has the expectation's helper; of several the one of its own protocol. */
    private Tuple master(Expectation told) {
        Tuple guess = told.master();
        Set<Integer> protocols = new LinkedHashSet<>(List.of(guess.protocol()));
        if (Protocol.hasPorts(guess.protocol())) {
            protocols.addAll(List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.UDPLITE));
        }
        for (int protocol : protocols) {
            Tuple tuple = new Tuple(
                    guess.family(),
                    protocol,
                    guess.sourceHigh(),
                    guess.sourceLow(),
                    guess.destinationHigh(),
                    guess.destinationLow(),
                    guess.sourceKey(),
                    guess.destinationKey());
            Conntrack entry = parts.table().find(tuple, told.zone());
            if (entry != null && (told.helper() == null || Objects.equals(told.helper(), entry.helper()))) {
                return tuple;
            }
        }
        return guess;
    }
}
