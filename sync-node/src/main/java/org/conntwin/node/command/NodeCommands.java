package org.conntwin.node.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.conntwin.injector.CommitKinds;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.config.ConfigPrinter;
import org.conntwin.node.control.CommandHandler;
import org.conntwin.node.control.CommandInput;
import org.conntwin.node.control.CommandOutput;
import org.conntwin.node.local.TableRereader;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.node.role.Readiness;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.TableException;

/**
 * Does the commands of the control socket. The command line has checked their form; what is wrong here is
 * said in one line, with the exit code of the operator's interface.
 */
public final class NodeCommands implements CommandHandler {
    private static final System.Logger LOG = System.getLogger(NodeCommands.class.getName());
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final int DIVERGENCE = 3;
    private static final int UNREACHABLE = 4;

    private final NodeParts parts;

    /** Works on the parts. */
    public NodeCommands(NodeParts parts) {
        this.parts = parts;
    }

    @Override
    public int handle(List<String> arguments, CommandInput input, CommandOutput out)
            throws IOException, InterruptedException {
        try {
            return run(new Arguments(arguments), input, out);
        } catch (RefusedException refused) {
            out.error(String.valueOf(refused.getMessage()));
            return refused.exitCode();
        } catch (TableException failure) {
            out.error(String.valueOf(failure.getMessage()));
            return REFUSED;
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "command " + arguments.getFirst() + " failed", failure);
            out.error(arguments.getFirst() + " failed inside the node: see its log");
            return REFUSED;
        }
    }

    /** Whether a command changes nothing, neither here nor at a peer: whoever may read may run it. */
    public static boolean reads(List<String> arguments) {
        return switch (arguments.getFirst()) {
            case "status", "stats", "dump", "verify", "config-show" -> true;
            case "expect" -> arguments.size() > 1 && arguments.get(1).equals("list");
            default -> false;
        };
    }

    private int run(Arguments arguments, CommandInput input, CommandOutput out)
            throws IOException, InterruptedException, RefusedException {
        return switch (arguments.command()) {
            case "status" -> status(arguments, out);
            case "stats" -> stats(arguments, out);
            case "dump" -> dump(arguments, out);
            case "commit" -> committed(parts.roles().commit(commitKinds(arguments.word(1, "all"))), arguments, out);
            case "role" -> role(arguments, out);
            case "flush" -> flush(arguments, out);
            case "resync" -> resync(arguments, out);
            case "bulk" -> bulk(arguments, out);
            case "request" -> request(arguments, out);
            case "verify" -> verify(arguments, out);
            case "config-show" ->
                lines(
                        arguments.json()
                                ? List.of(Json.object(ConfigPrinter.tree(parts.config())))
                                : List.of(ConfigPrinter.print(parts.config()).split("\n", -1)),
                        out);
            case "load" -> new LoadCommand(parts).run(input, arguments.json(), out);
            case "expect" ->
                new ExpectCommand(parts)
                        .run(
                                arguments.word(1, "list"),
                                arguments.word(2, ""),
                                arguments.json(),
                                format(arguments),
                                out);
            case "stop" -> stop(arguments, out);
            default ->
                throw RefusedException.usage("unknown command \"" + arguments.command()
                        + "\": the command line is of another version than the node");
        };
    }

    private static int lines(List<String> lines, CommandOutput out) throws IOException {
        for (String line : lines) {
            out.line(line);
        }
        return OK;
    }

    private int status(Arguments arguments, CommandOutput out) throws IOException {
        StatusReport report = StatusReport.of(parts);
        return lines(arguments.json() ? List.of(report.json()) : report.text(), out);
    }

    private int stats(Arguments arguments, CommandOutput out) throws IOException, RefusedException {
        StatsReport report = StatsReport.of(parts, arguments.word(1, ""));
        return lines(arguments.json() ? List.of(report.json()) : report.text(), out);
    }

    private int dump(Arguments arguments, CommandOutput out) throws IOException, RefusedException {
        DumpFilter filter = DumpFilter.parse(arguments.option("--filter", ""));
        return new DumpCommand(parts)
                .run(arguments.word(1, ""), kind(arguments.word(2, "ct")), filter, format(arguments), out);
    }

    private static EntryFormat format(Arguments arguments) throws RefusedException {
        return EntryFormat.named(arguments.option("--format", arguments.json() ? "json" : "text"));
    }

    private static Kind kind(String name) throws RefusedException {
        return switch (name) {
            case "ct" -> Kind.CONNTRACK;
            case "expect", "exp" -> Kind.EXPECTATION;
            default -> throw RefusedException.usage("\"" + name + "\" is not ct or expect");
        };
    }

    private static CommitKinds commitKinds(String name) throws RefusedException {
        return switch (name) {
            case "ct" -> CommitKinds.ENTRIES;
            case "expect", "exp" -> CommitKinds.EXPECTATIONS;
            case "all" -> CommitKinds.BOTH;
            default -> throw RefusedException.usage("commit: \"" + name + "\" is not ct, expect or all");
        };
    }

    private static int committed(CommitReport report, Arguments arguments, CommandOutput out) throws IOException {
        if (arguments.json()) {
            out.line(Json.object(Json.commit(report)));
        } else {
            summary(report, out);
        }
        return committed(report, arguments);
    }

    private static int committed(CommitReport report, Arguments arguments) {
        return report.failed() > 0 && arguments.has("--strict") ? REFUSED : OK;
    }

    private static void summary(CommitReport report, CommandOutput out) throws IOException {
        out.line(report.summary());
        for (Map.Entry<String, Integer> cause : report.causes().entrySet()) {
            out.line("failed " + cause.getValue() + ": " + cause.getKey());
        }
        for (Map.Entry<String, Integer> remark : report.remarks().entrySet()) {
            out.line("note " + remark.getValue() + ": " + remark.getKey());
        }
    }

    private int role(Arguments arguments, CommandOutput out) throws IOException, RefusedException {
        return switch (arguments.word(1, "")) {
            case "active" -> active(arguments, out);
            case "backup" -> steppedDown("backup", parts.roles().backup(), arguments, out);
            case "fault" -> steppedDown("fault", parts.roles().fault(), arguments, out);
            default ->
                throw RefusedException.usage("role: \"" + arguments.word(1, "") + "\" is not active, backup or fault");
        };
    }

    private int active(Arguments arguments, CommandOutput out) throws IOException {
        List<String> gaps = Readiness.gaps(parts.replication().peers());
        CommitReport report = parts.roles().active();
        if (arguments.json()) {
            Map<String, Object> members = role();
            members.put("commit", Json.commit(report));
            members.put("notes", gaps);
            out.line(Json.object(members));
        } else {
            summary(report, out);
            for (String gap : gaps) {
                out.line("note: " + gap);
            }
        }
        return committed(report, arguments);
    }

    /** The role as it is now, and what ranks it. */
    private Map<String, Object> role() {
        Identity.Standing standing = parts.identity().standing();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("role", standing.role().text());
        members.put("incarnation", standing.incarnation());
        members.put("claim", standing.claim());
        return members;
    }

    private int steppedDown(String role, Duration releaseAfter, Arguments arguments, CommandOutput out)
            throws IOException {
        if (arguments.json()) {
            Map<String, Object> members = role();
            members.put("releaseSeconds", releaseAfter.toSeconds());
            out.line(Json.object(members));
            return OK;
        }
        out.line(
                releaseAfter.isZero()
                        ? "role " + role
                        : "role " + role + ", own flows are released in " + releaseAfter.toSeconds() + " s");
        return OK;
    }

    private int flush(Arguments arguments, CommandOutput out) throws IOException, RefusedException {
        String what = arguments.word(1, "");
        String kinds = arguments.word(2, "all");
        boolean entries = kinds.equals("all") || kind(kinds) == Kind.CONNTRACK;
        boolean expectations = kinds.equals("all") || kind(kinds) == Kind.EXPECTATION;
        long goneEntries = 0;
        long goneExpectations = 0;
        switch (what) {
            case "internal" -> {
                goneEntries = entries ? parts.internal().flush(Kind.CONNTRACK) : 0;
                goneExpectations = expectations ? parts.internal().flush(Kind.EXPECTATION) : 0;
                parts.replication().wake();
            }
            case "external" -> {
                goneEntries = entries ? parts.external().flush(Kind.CONNTRACK) : 0;
                goneExpectations = expectations ? parts.external().flush(Kind.EXPECTATION) : 0;
            }
            case "table" -> {
                long[] counted = {0};
                parts.table().dumpExpectations(expectation -> counted[0]++);
                if (expectations) {
                    goneExpectations = counted[0];
                    parts.table().flushExpectations();
                }
                goneEntries = entries ? parts.table().count() : 0;
                if (entries) {
                    parts.table().flush(FlushFilter.ALL);
                }
            }
            default -> throw RefusedException.usage("flush: \"" + what + "\" is not internal, external or table");
        }
        String place = what.equals("table") ? "the table" : "the " + what + " cache";
        told(
                "flushed " + goneEntries + " entries, " + goneExpectations + " expectations from " + place,
                counts("entries", goneEntries, "expectations", goneExpectations),
                arguments,
                out);
        return OK;
    }

    /** One line: the text, or its numbers. */
    private static void told(String text, Map<String, Long> counts, Arguments arguments, CommandOutput out)
            throws IOException {
        out.line(arguments.json() ? Json.object(counts) : text);
    }

    private static Map<String, Long> counts(String first, long one, String second, long other) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put(first, one);
        counts.put(second, other);
        return counts;
    }

    private int resync(Arguments arguments, CommandOutput out) throws IOException {
        TableRereader.Result result = parts.rereader().read();
        Map<String, Long> counts = counts("read", result.read(), "added", result.added());
        counts.putAll(counts("updated", result.updated(), "removed", result.removed()));
        told(
                "read " + result.read() + " records: added " + result.added() + ", updated " + result.updated()
                        + ", removed " + result.removed(),
                counts,
                arguments,
                out);
        return OK;
    }

    private int bulk(Arguments arguments, CommandOutput out) throws IOException {
        int entries = parts.internal().size(Kind.CONNTRACK);
        int expectations = parts.internal().size(Kind.EXPECTATION);
        parts.replication().bulk();
        told(
                "sending " + entries + " entries, " + expectations + " expectations to the peers",
                counts("entries", entries, "expectations", expectations),
                arguments,
                out);
        return OK;
    }

    private int request(Arguments arguments, CommandOutput out) throws IOException {
        int asked = parts.replication().request();
        if (asked == 0) {
            if (arguments.json()) {
                out.line(Json.object(Map.of("peers", 0)));
            }
            out.error("no peer in sight to ask");
            return UNREACHABLE;
        }
        told(
                "asked " + asked + (asked == 1 ? " peer" : " peers") + " for all that they own",
                Map.of("peers", (long) asked),
                arguments,
                out);
        return OK;
    }

    private int verify(Arguments arguments, CommandOutput out) throws IOException, InterruptedException {
        List<String> silent = new ArrayList<>();
        List<String> reached = new ArrayList<>();
        int differing = 0;
        for (PeerStatus peer : parts.replication().peers()) {
            // A peer that left and owns nothing here is no origin of this node's view.
            if (!peer.up() && peer.entries() == 0) {
                continue;
            }
            OptionalInt result = parts.replication().verify(peer.name());
            if (result.isPresent()) {
                differing += result.getAsInt();
                reached.add(peer.name());
            } else {
                silent.add(peer.name());
            }
        }
        if (!silent.isEmpty() || reached.isEmpty()) {
            if (arguments.json()) {
                out.line("{\"parity\":false,\"differing\":" + differing + "}");
            }
            out.error(
                    silent.isEmpty()
                            ? "no peer in sight to compare with"
                            : "no answer from " + String.join(", ", silent)
                                    + ": is it running and is the sync link up?");
            return UNREACHABLE;
        }
        if (arguments.json()) {
            out.line("{\"parity\":" + (differing == 0) + ",\"differing\":" + differing + "}");
        } else {
            out.line(
                    differing == 0
                            ? "parity with " + String.join(", ", reached)
                            : differing + (differing == 1 ? " entry differs" : " entries differ") + " from "
                                    + String.join(", ", reached));
        }
        return differing == 0 ? OK : DIVERGENCE;
    }

    private int stop(Arguments arguments, CommandOutput out) throws IOException {
        out.line(arguments.json() ? Json.object(Map.of("stopping", true)) : "stopping");
        parts.stop().run();
        return OK;
    }
}
