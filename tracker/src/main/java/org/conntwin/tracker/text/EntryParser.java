package org.conntwin.tracker.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;

/**
 * Reads entry lines back: those that {@link EntryText} writes, and those of {@code conntrack -L}, whose further
 * words ({@code use=}, {@code packets=}, …) are passed over. Translation is told by a reply that is not the
 * inverse of the original.
 */
public final class EntryParser {
    private EntryParser() {}

    /**
     * The entry of a line.
     *
     * @throws LineException when the line is none; its message names the word that is wrong
     */
    public static Conntrack parse(String line) throws LineException {
        List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+", -1)));
        if (words.size() > 2 && (words.get(0).equals("ipv4") || words.get(0).equals("ipv6"))) {
            words = words.subList(2, words.size()); // conntrack -o extended
        }
        return new Reading(words).entry();
    }

    private static final class Reading {
        private final List<String> words;
        private final ConntrackBuilder out = new ConntrackBuilder();
        private final List<Map<String, String>> directions = new ArrayList<>();
        private int protocol;
        private boolean unreplied;

        Reading(List<String> words) {
            this.words = words;
        }

        Conntrack entry() throws LineException {
            if (words.size() < 4) {
                throw new LineException("not an entry: expected PROTOCOL NUMBER SECONDS [STATE] src=… dst=…");
            }
            if (words.getFirst().startsWith("[")) {
                throw new LineException("this is an event (conntrack -E); expected an entry as conntrack -L prints it");
            }
            if (words.get(1).startsWith("proto=")) {
                throw new LineException("this is an expectation; expected an entry as conntrack -L prints it");
            }
            protocol = TupleParser.number("protocol number", words.get(1), 10, 255);
            int next = 2;
            if (!words.get(2).contains("=")) {
                out.timeoutSeconds = TupleParser.number("lifetime", words.get(2), 10, Integer.MAX_VALUE);
                next = 3;
            } else {
                throw new LineException("no lifetime before " + words.get(2));
            }
            if (!words.get(next).contains("=") && !words.get(next).startsWith("[")) {
                state(words.get(next++));
            }
            for (String word : words.subList(next, words.size())) {
                word(word);
            }
            return complete();
        }

        private void state(String name) throws LineException {
            int tcp = TcpState.NAMES.indexOf(name);
            int sctp = SctpState.NAMES.indexOf(name);
            if (protocol == Protocol.TCP && tcp >= 0) {
                out.state = new TcpState(tcp, 0, 0, 0, 0);
            } else if (protocol == Protocol.SCTP && sctp >= 0) {
                out.state = new SctpState(sctp, 0, 0);
            } else {
                throw new LineException("unknown state " + name);
            }
        }

        private void word(String word) throws LineException {
            if (word.equals("[UNREPLIED]")) {
                unreplied = true;
                return;
            }
            if (word.equals("[ASSURED]")) {
                out.status |= Status.ASSURED;
                return;
            }
            int equals = word.indexOf('=');
            if (equals <= 0) {
                return; // [OFFLOAD], [active since …] and the like
            }
            String name = word.substring(0, equals);
            String value = word.substring(equals + 1);
            switch (name) {
                case "src" -> {
                    directions.add(new HashMap<>());
                    last().put(name, value);
                }
                case "dst", "sport", "dport", "type", "code", "id", "srckey", "dstkey" ->
                    last().putIfAbsent(name, value);
                case "mark" -> out.mark = (int) unsigned(name, value);
                case "zone" -> out.zone = zone(value, Zone.Scope.BOTH);
                case "zone-orig" -> out.zone = zone(value, Zone.Scope.ORIGINAL);
                case "zone-reply" -> out.zone = zone(value, Zone.Scope.REPLY);
                case "helper" -> out.helper = value;
                case "labels" -> out.labels = labels(value);
                default -> {}
            }
        }

        private Map<String, String> last() throws LineException {
            if (directions.isEmpty()) {
                throw new LineException("no src= before the rest of the tuple");
            }
            return directions.getLast();
        }

        private Conntrack complete() throws LineException {
            if (directions.isEmpty() || directions.size() > 2) {
                throw new LineException(directions.size() + " tuples where one or two are needed");
            }
            Tuple original = TupleParser.tuple(protocol, directions.getFirst());
            Tuple reply = directions.size() == 2 ? TupleParser.tuple(protocol, directions.get(1)) : original.inverted();
            if (reply.family() != original.family()) {
                throw new LineException("the two tuples are of different address families");
            }
            out.original = original;
            out.reply = reply;
            out.status |= Status.CONFIRMED | (unreplied ? 0 : Status.SEEN_REPLY) | translation(original, reply);
            if (protocol == Protocol.TCP && out.state == null) {
                throw new LineException("a TCP entry without a state");
            }
            Conntrack built = out.build();
            if (built == null) {
                throw new LineException("no original tuple");
            }
            return built;
        }

        private static int translation(Tuple original, Tuple reply) {
            Tuple plain = original.inverted();
            boolean source = reply.destinationHigh() != plain.destinationHigh()
                    || reply.destinationLow() != plain.destinationLow()
                    || reply.destinationKey() != plain.destinationKey();
            boolean destination = reply.sourceHigh() != plain.sourceHigh()
                    || reply.sourceLow() != plain.sourceLow()
                    || reply.sourceKey() != plain.sourceKey();
            if (Protocol.isIcmp(original.protocol())) {
                // An ICMP id is in the source key of both directions, and only source translation changes it.
                source |= reply.sourceKey() != plain.sourceKey();
                destination = reply.sourceHigh() != plain.sourceHigh() || reply.sourceLow() != plain.sourceLow();
            }
            int bits = (source ? Status.SRC_NAT : 0) | (destination ? Status.DST_NAT : 0);
            return bits == 0 ? 0 : bits | Status.SRC_NAT_DONE | Status.DST_NAT_DONE;
        }

        private static long unsigned(String name, String text) throws LineException {
            long value =
                    text.startsWith("0x") ? TupleParser.digits(text.substring(2), 16) : TupleParser.digits(text, 10);
            if (value < 0) {
                throw new LineException(name + "=" + text + " is not a number");
            }
            if (value > 0xffffffffL) {
                throw new LineException(name + "=" + text + " is beyond 32 bits");
            }
            return value;
        }

        private static Zone zone(String value, Zone.Scope scope) throws LineException {
            return Zone.of(TupleParser.number("zone", value, 10, 0xffff), scope);
        }

        private static Labels labels(String value) throws LineException {
            Labels labels = Labels.NONE;
            for (String label : value.split(",", -1)) {
                labels = labels.with(TupleParser.number("label", label, 10, 127));
            }
            return labels;
        }
    }
}
