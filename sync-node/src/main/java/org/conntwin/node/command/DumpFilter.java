package org.conntwin.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Which entries a dump shows: blank-separated {@code name=value}, all of which must hold. Names: proto, src, dst
 * (address or prefix), sport, dport, state, zone, mark, helper, origin. Addresses and ports are those of the
 * original direction.
 */
final class DumpFilter {
    private final List<Predicate<Conntrack>> entries = new ArrayList<>();
    private final List<Predicate<Tuple>> tuples = new ArrayList<>();
    private @Nullable String origin;
    private @Nullable String helper;
    private @Nullable Integer zone;

    private DumpFilter() {}

    static DumpFilter parse(String text) throws RefusedException {
        DumpFilter filter = new DumpFilter();
        for (String part : text.strip().split("\\s+", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                if (equals <= 0) {
                    throw RefusedException.usage("filter: \"" + part + "\" is not name=value");
                }
                filter.add(part.substring(0, equals).toLowerCase(Locale.ROOT), part.substring(equals + 1));
            }
        }
        return filter;
    }

    private void add(String name, String value) throws RefusedException {
        switch (name) {
            case "proto" -> {
                int protocol = Protocol.number(value);
                if (protocol < 0) {
                    throw RefusedException.usage("filter: proto=" + value
                            + " is no protocol name or number; give one such as tcp, udp, icmp or 47");
                }
                tuples.add(tuple -> tuple.protocol() == protocol);
            }
            case "src" -> {
                Prefix prefix = Prefix.parse(name, value);
                tuples.add(tuple -> prefix.has(tuple, tuple.sourceHigh(), tuple.sourceLow()));
            }
            case "dst" -> {
                Prefix prefix = Prefix.parse(name, value);
                tuples.add(tuple -> prefix.has(tuple, tuple.destinationHigh(), tuple.destinationLow()));
            }
            case "sport" -> {
                int port = number(name, value, 0xffff);
                tuples.add(tuple -> Protocol.hasPorts(tuple.protocol()) && tuple.sourceKey() == port);
            }
            case "dport" -> {
                int port = number(name, value, 0xffff);
                tuples.add(tuple -> Protocol.hasPorts(tuple.protocol()) && tuple.destinationKey() == port);
            }
            case "state" -> {
                String state = value.toUpperCase(Locale.ROOT);
                if (!TcpState.NAMES.contains(state) && !SctpState.NAMES.contains(state)) {
                    throw RefusedException.usage("filter: state=" + value
                            + " is no TCP or SCTP state; give one such as ESTABLISHED or SYN_RECV");
                }
                entries.add(entry ->
                        entry.state() != null && entry.state().stateName().equals(state));
            }
            case "zone" -> zone = number(name, value, 0xffff);
            case "mark" -> {
                int mark = mark(value);
                entries.add(entry -> entry.mark() == mark);
            }
            case "helper" -> helper = value;
            case "origin" -> origin = value;
            default ->
                throw RefusedException.usage("filter: unknown name \"" + name
                        + "\" (proto, src, dst, sport, dport, state, zone, mark, helper, origin)");
        }
    }

    private static int number(String name, String value, int most) throws RefusedException {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below, together with numbers out of range
        }
        throw RefusedException.usage("filter: " + name + "=" + value + " is not a number from 0 to " + most);
    }

    private static int mark(String value) throws RefusedException {
        try {
            long mark = Long.decode(value);
            if (mark >= 0 && mark <= 0xffffffffL) {
                return (int) mark;
            }
        } catch (NumberFormatException notANumber) {
            // said below, together with numbers out of range
        }
        throw RefusedException.usage("filter: mark=" + value + " is not a number from 0 to 4294967295");
    }

    private record Prefix(Addresses.Parsed address, int bits) {
        static Prefix parse(String name, String value) throws RefusedException {
            String[] parts = value.split("/", 2);
            Addresses.Parsed address = Addresses.parse(parts[0]);
            if (address == null) {
                throw RefusedException.usage("filter: " + name + "=" + value + " is not an address or prefix");
            }
            int width = address.family() == Family.IPV4 ? 32 : 128;
            return new Prefix(address, parts.length == 1 ? width : length(name + "=" + value, parts[1], width));
        }

        private static int length(String given, String text, int width) throws RefusedException {
            try {
                int length = Integer.parseInt(text);
                if (length >= 0 && length <= width) {
                    return length;
                }
            } catch (NumberFormatException notANumber) {
                // said below, together with numbers out of range
            }
            throw RefusedException.usage("filter: " + given + ": the prefix length is a number from 0 to " + width);
        }

        boolean has(Tuple tuple, long high, long low) {
            if (tuple.family() != address.family()) {
                return false;
            }
            int offset = address.family() == Family.IPV4 ? 96 : 0;
            int significant = bits + offset;
            return same(high, address.high(), Math.min(64, significant)) && same(low, address.low(), significant - 64);
        }

        private static boolean same(long left, long right, int bits) {
            return bits <= 0 || (left ^ right) >>> 64 - bits == 0;
        }
    }

    boolean takesOrigin(String name) {
        return origin == null || origin.equals(name);
    }

    boolean takes(Conntrack entry) {
        if (zone != null && entry.zone().id() != zone) {
            return false;
        }
        if (helper != null && !helper.equals(entry.helper())) {
            return false;
        }
        return takes(entry.original()) && entries.stream().allMatch(test -> test.test(entry));
    }

    /** An expectation has neither state nor mark: asked for one, none fits. */
    boolean takes(Expectation expectation) {
        if (!entries.isEmpty()) {
            return false;
        }
        if (zone != null && expectation.zone().id() != zone) {
            return false;
        }
        if (helper != null && !helper.equals(expectation.helper())) {
            return false;
        }
        return takes(expectation.tuple());
    }

    private boolean takes(Tuple tuple) {
        for (Predicate<Tuple> test : tuples) {
            if (!test.test(tuple)) {
                return false;
            }
        }
        return true;
    }
}
