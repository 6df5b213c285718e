package org.conntwin.tracker.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/**
 * Reads expectation lines back, as {@link ExpectationText} and {@code conntrack -L exp} write them; what dumps of a
 * cache add ({@code [active since Ns]}, {@code origin=}) is passed over.
 */
public final class ExpectationParser {
    private static final Pattern AGE = Pattern.compile("\\[active since \\d+s]");

    private ExpectationParser() {}

    /**
     * The expectation of a line.
     *
     * @throws LineException when the line is none; its message names the word that is wrong
     */
    public static Expectation parse(String line) throws LineException {
        List<String> words = List.of(AGE.matcher(line).replaceFirst("").strip().split("\\s+", -1));
        if (words.size() < 2 || words.getFirst().contains("=")) {
            throw new LineException("not an expectation: expected SECONDS proto=… src=… dst=…");
        }
        Reading reading = new Reading(TupleParser.number("lifetime", words.getFirst(), 10, Integer.MAX_VALUE));
        for (String word : words.subList(1, words.size())) {
            reading.word(word);
        }
        return reading.expectation();
    }

    private static final class Reading {
        private final int timeout;
        /** Expected tuple, mask, master, in the order of the line. */
        private final List<Map<String, String>> tuples = new ArrayList<>();

        private int protocol = -1;
        private int zone;
        private int expectClass;
        private int flags;
        private @Nullable String helper;

        Reading(int timeout) {
            this.timeout = timeout;
        }

        void word(String word) throws LineException {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                flags(word);
                return;
            }
            String value = word.substring(equals + 1);
            switch (word.substring(0, equals)) {
                case "proto" -> protocol = TupleParser.number("proto", value, 10, 255);
                case "src", "mask-src", "master-src" -> {
                    tuples.add(new HashMap<>());
                    last().put("src", value);
                }
                case "dst", "mask-dst", "master-dst" -> last().put("dst", value);
                case "sport", "dport", "type", "code", "id", "srckey", "dstkey" ->
                    last().put(word.substring(0, equals), value);
                case "zone" -> zone = TupleParser.number("zone", value, 10, 0xffff);
                case "class" -> expectClass = TupleParser.number("class", value, 10, Integer.MAX_VALUE);
                case "helper" -> helper = value;
                case "origin" -> {}
                default -> throw new LineException("unknown word \"" + word + "\"");
            }
        }

        private void flags(String word) throws LineException {
            for (String flag : word.split(",", -1)) {
                flags |= switch (flag) {
                    case "PERMANENT" -> Expectation.PERMANENT;
                    case "INACTIVE" -> Expectation.INACTIVE;
                    case "USERSPACE" -> Expectation.USERSPACE;
                    default -> throw new LineException("unknown word \"" + word + "\"");
                };
            }
        }

        private Map<String, String> last() throws LineException {
            if (tuples.isEmpty()) {
                throw new LineException("no src= before the rest of the tuple");
            }
            return tuples.getLast();
        }

        Expectation expectation() throws LineException {
            if (protocol < 0) {
                throw new LineException("no proto=");
            }
            if (tuples.size() != 3) {
                throw new LineException("needs src= dst=, mask-src= mask-dst= and master-src= master-dst=");
            }
            Tuple tuple = TupleParser.tuple(protocol, tuples.get(0));
            Tuple mask = TupleParser.tuple(protocol, tuples.get(1));
            Tuple master = TupleParser.tuple(masterProtocol(tuples.get(2)), tuples.get(2));
            if (mask.family() != tuple.family() || master.family() != tuple.family()) {
                throw new LineException("tuple, mask and master are of different address families");
            }
            return new Expectation(
                    tuple,
                    mask,
                    master,
                    Zone.of(zone, Zone.Scope.BOTH),
                    timeout,
                    expectClass,
                    flags,
                    helper,
                    null,
                    null,
                    0);
        }

        /** The line does not tell the master's protocol: it is that of the expectation where its keys fit. */
        private int masterProtocol(Map<String, String> master) {
            boolean ports = master.containsKey("sport");
            return ports && !Protocol.hasPorts(protocol) ? Protocol.TCP : protocol;
        }
    }
}
