package org.conntwin.node.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.conntwin.injector.CommitReport;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.node.role.LastCommit;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.jspecify.annotations.Nullable;

/** What {@code status} tells, taken at one moment. */
public record StatusReport(
        String node,
        String table,
        Identity.Standing standing,
        Counts entries,
        Counts expectations,
        List<PeerStatus> peers,
        String keys,
        @Nullable LastCommit lastCommit,
        List<String> degraded) {

    /** How many of something are in each place. */
    public record Counts(long internal, long external, long table) {}

    /** The state now. */
    public static StatusReport of(NodeParts parts) {
        List<PeerStatus> peers = parts.replication().peers();
        long[] expectations = {0};
        parts.table().dumpExpectations(expectation -> expectations[0]++);
        return new StatusReport(
                parts.identity().node(),
                parts.identity().table(),
                parts.identity().standing(),
                new Counts(
                        parts.internal().size(Kind.CONNTRACK),
                        parts.external().size(Kind.CONNTRACK),
                        parts.table().count()),
                new Counts(
                        parts.internal().size(Kind.EXPECTATION),
                        parts.external().size(Kind.EXPECTATION),
                        expectations[0]),
                peers,
                parts.keys().text(),
                parts.roles().lastCommit(),
                degraded(parts));
    }

    /** Why the node is not at its best, a phrase each. */
    public static List<String> degraded(NodeParts parts) {
        List<PeerStatus> peers = parts.replication().peers();
        List<String> reasons = new ArrayList<>();
        if (peers.stream().noneMatch(PeerStatus::up)) {
            reasons.add("no peer in sight");
        }
        for (PeerStatus peer : peers) {
            if (peer.up() && !peer.parity()) {
                reasons.add("not in parity with " + peer.name());
            }
            if (peer.up()
                    && peer.role() == RoleName.ACTIVE
                    && parts.identity().standing().role() == RoleName.ACTIVE) {
                reasons.add("both this node and " + peer.name() + " claim to be active");
            }
        }
        if (parts.internal().lacking()) {
            reasons.add("the internal cache refused entries: it is full");
        }
        if (parts.external().lacking()) {
            reasons.add("the external cache refused entries: it is full");
        }
        parts.keys().problem().ifPresent(reasons::add);
        String complaint = parts.roles().complaint();
        if (complaint != null) {
            reasons.add(complaint);
        }
        reasons.addAll(parts.ha().problems());
        return reasons;
    }

    /** One JSON object. */
    public String json() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("node", node);
            out.writeStringField("role", standing.role().text());
            out.writeStringField("table", table);
            out.writeNumberField("incarnation", standing.incarnation());
            counts(out, "entries", entries);
            counts(out, "expectations", expectations);
            out.writeArrayFieldStart("peers");
            for (PeerStatus peer : peers) {
                peer(out, peer);
            }
            out.writeEndArray();
            commit(out);
            out.writeArrayFieldStart("degraded");
            for (String reason : degraded) {
                out.writeString(reason);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toString();
    }

    private static void counts(JsonGenerator out, String name, Counts counts) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("internal", counts.internal());
        out.writeNumberField("external", counts.external());
        out.writeNumberField("table", counts.table());
        out.writeEndObject();
    }

    private static void peer(JsonGenerator out, PeerStatus peer) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", peer.name());
        out.writeStringField("state", peer.up() ? "up" : "down");
        out.writeStringField("role", peer.role().text());
        out.writeNumberField("incarnation", peer.incarnation());
        out.writeNumberField("entries", peer.entries());
        out.writeNumberField("lagMillis", peer.lagMillis());
        out.writeNumberField("lagEntries", peer.lagEntries());
        out.writeBooleanField("parity", peer.parity());
        out.writeNumberField("parityAgeSeconds", peer.parityAgeSeconds());
        out.writeEndObject();
    }

    private void commit(JsonGenerator out) throws IOException {
        LastCommit last = lastCommit;
        if (last == null) {
            out.writeNullField("lastCommit");
            return;
        }
        CommitReport report = last.report();
        out.writeObjectFieldStart("lastCommit");
        out.writeStringField("at", last.at().toString());
        out.writeNumberField("entries", report.entries());
        out.writeNumberField("expectations", report.expectations());
        out.writeNumberField("created", report.created());
        out.writeNumberField("updated", report.updated());
        out.writeNumberField("skipped", report.skipped());
        out.writeNumberField("failed", report.failed());
        out.writeNumberField("seconds", report.seconds());
        out.writeEndObject();
    }

    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "node %s: %s, table %s, incarnation %d",
                node,
                standing.role().text(),
                table,
                standing.incarnation()));
        lines.add(line("entries", entries));
        lines.add(line("expectations", expectations));
        for (PeerStatus peer : peers) {
            lines.add(String.format(
                    Locale.ROOT,
                    "peer %s: %s, %s, incarnation %d, applied up to %d, %d entries, lag %d ms and %d entries, %s",
                    peer.name(),
                    peer.up() ? "up" : "down",
                    (peer.up() ? "" : "was ") + peer.role().text(),
                    peer.incarnation(),
                    peer.sequence(),
                    peer.entries(),
                    peer.lagMillis(),
                    peer.lagEntries(),
                    peer.parity() ? "parity" : "no parity since " + peer.parityAgeSeconds() + " s"));
        }
        if (peers.isEmpty()) {
            lines.add("no peers");
        }
        lines.add(keys);
        lines.add(
                lastCommit == null
                        ? "no commit yet"
                        : "last commit at " + lastCommit.at() + ": "
                                + lastCommit.report().summary());
        for (String reason : degraded) {
            lines.add("degraded: " + reason);
        }
        return lines;
    }

    private static String line(String name, Counts counts) {
        return String.format(
                Locale.ROOT,
                "%s: internal %d, external %d, table %d",
                name,
                counts.internal(),
                counts.external(),
                counts.table());
    }
}
