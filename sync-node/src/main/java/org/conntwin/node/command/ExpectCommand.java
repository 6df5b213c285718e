package org.conntwin.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
import org.conntwin.tracker.text.ExpectationText;
import org.conntwin.tracker.text.LineException;

/** {@code expect}: adds, deletes and lists expectations of the local table, as if it had them itself. */
final class ExpectCommand {
    private final NodeParts parts;

    ExpectCommand(NodeParts parts) {
        this.parts = parts;
    }

    int run(String action, String line, boolean json, EntryFormat format, CommandOutput out)
            throws IOException, RefusedException {
        switch (action) {
            case "list" -> list(format, out);
            case "add" -> said("added", add(line), json, out);
            case "delete" -> said("deleted", delete(line), json, out);
            default -> throw RefusedException.usage("expect: \"" + action + "\" is not add, delete or list");
        }
        return 0;
    }

    private static void said(String done, String said, boolean json, CommandOutput out) throws IOException {
        if (json) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put(done, 1);
            members.put("message", said);
            out.line(Json.object(members));
        } else {
            out.line(said);
        }
    }

    private String add(String line) throws RefusedException {
        Expectation expectation = parsed(line, true);
        if (expectation.timeoutSeconds() == 0) {
            throw RefusedException.usage("expect add: a lifetime of 0 ends at once; give its seconds, 1 or more");
        }
        List<Expectation> before = all();
        Outcome outcome = parts.table()
                .apply(List.of(new TableChange.Expect(expectation)), Echo.HEARD)
                .getFirst();
        refuse("add", expectation, outcome);
        // A table takes the lifetime of the helper's policy at first.
        parts.table().apply(List.of(new TableChange.ExpectTimeout(expectation)), Echo.HEARD);
        List<Expectation> after = all();
        StringBuilder said = new StringBuilder("added 1 expectation");
        long gone = before.stream()
                .filter(other -> other.master().equals(expectation.master()) && !held(after, other))
                .count();
        if (gone > 0) {
            said.append(", which took the place of ")
                    .append(gone)
                    .append(": its helper allows no more of a connection");
        }
        after.stream()
                .filter(other -> same(other, expectation) && !other.mask().equals(expectation.mask()))
                .findFirst()
                .ifPresent(
                        other -> said.append(", with the mask of its table: ").append(ExpectationText.line(other)));
        return said.toString();
    }

    private String delete(String line) throws RefusedException {
        Expectation expectation = parsed(line, false);
        List<Expectation> before = all();
        Outcome outcome = parts.table()
                .apply(List.of(new TableChange.Unexpect(expectation)), Echo.HEARD)
                .getFirst();
        refuse("delete", expectation, outcome);
        StringBuilder said = new StringBuilder("deleted 1 expectation");
        // As in the kernel, the one that would let the given one through goes: it may be for more ports or addresses.
        if (!held(before, expectation)) {
            List<Expectation> after = all();
            before.stream()
                    .filter(other -> other.master().equals(expectation.master()) && !held(after, other))
                    .findFirst()
                    .ifPresent(
                            other -> said.append(", the one that covered it: ").append(ExpectationText.line(other)));
        }
        return said.toString();
    }

    private List<Expectation> all() {
        List<Expectation> all = new ArrayList<>();
        parts.table().dumpExpectations(all::add);
        return all;
    }

    private static boolean held(List<Expectation> all, Expectation sought) {
        return all.stream().anyMatch(each -> same(each, sought));
    }

    /** No two of a table have one tuple in a zone. */
    private static boolean same(Expectation one, Expectation other) {
        return one.tuple().equals(other.tuple())
                && one.zone().id() == other.zone().id();
    }

    private void list(EntryFormat format, CommandOutput out) throws IOException {
        StringBuilder line = new StringBuilder(300);
        for (Expectation expectation : all()) {
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
    private Expectation parsed(String line, boolean adding) throws RefusedException {
        Expectation told;
        try {
            told = ExpectationParser.parse(line);
        } catch (LineException wrong) {
            throw RefusedException.usage("expect: " + wrong.getMessage());
        }
        return new Expectation(
                told.tuple(),
                told.mask(),
                master(told, adding),
                told.zone(),
                told.timeoutSeconds(),
                told.expectClass(),
                told.flags(),
                told.helper(),
                null,
                null,
                0);
    }

    /**
     * The flow with these keys that has the expectation's helper; of several the one of its own protocol. Where each has
     * another helper, the expectation would not have the one that is told, and is not added.
     */
    private Tuple master(Expectation told, boolean adding) throws RefusedException {
        Tuple guess = told.master();
        Set<Integer> protocols = new LinkedHashSet<>(List.of(guess.protocol()));
        if (Protocol.hasPorts(guess.protocol())) {
            protocols.addAll(List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.UDPLITE));
        }
        String otherHelper = null;
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
            otherHelper = entry == null || otherHelper != null ? otherHelper : entry.helper();
        }
        if (adding && otherHelper != null) {
            throw new RefusedException(
                    1,
                    "expect add: the helper of its master is " + otherHelper + ", not " + told.helper()
                            + "; name that one");
        }
        return guess;
    }
}
