package org.conntwin.tracker.ctnetlink;

import static org.conntwin.tracker.ctnetlink.Ctnetlink.*;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.tracker.model.AddressPrefix;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.FilterInstruction;
import org.conntwin.tracker.table.EventFilter;

/**
 * An {@link EventFilter} as a classic socket filter: it drops events before they take room in the buffer of a socket that
 * listens, for some hundred nanoseconds each. It drops what the filter lets a table leave out, or less: a message
 * without what it looks for passes, and so does what rules say for which there is no room. What one process causes
 * itself through the port given is dropped in each case.
 *
 * <p>Local addresses are looked for only where addresses are excluded as well: their flows are few, and to look costs
 * something on each event of all others.
 *
 * @param instructions the program
 * @param rules what the filter says: each excluded prefix, the protocols, the zones, the states, no expectations
 * @param rulesWithin how many of them the program has
 */
public record EventProgram(List<FilterInstruction> instructions, int rules, int rulesWithin) {
    private static final int FAMILY = Netlink.HEADER_BYTES;
    private static final int VALUE = Netlink.ATTRIBUTE_BYTES;

    /** Cells: offsets of the tuples and of their addresses, the protocol. */
    private static final int ORIGINAL = 0;

    private static final int ORIGINAL_ADDRESSES = 1;
    private static final int REPLY_ADDRESSES = 2;
    private static final int PROTOCOL = 3;

    private static final int ENTRY_TOLD = hostShort(type(SUBSYSTEM, MESSAGE_NEW));
    private static final int ENTRY_GONE = hostShort(type(SUBSYSTEM, MESSAGE_DELETE));
    private static final int EXPECTATION_TOLD = hostShort(type(SUBSYSTEM_EXPECT, MESSAGE_NEW));
    private static final int EXPECTATION_GONE = hostShort(type(SUBSYSTEM_EXPECT, MESSAGE_DELETE));

    /**
     * A program of at most {@code longest} instructions, with as many of the filter's rules as find room.
     *
     * @param silentPort netlink port of the socket whose changes are not to be heard
     */
    public static EventProgram of(EventFilter filter, int silentPort, int longest) {
        int excluded = filter.excluded().size();
        int fitting = excluded;
        EventProgram whole = with(filter, silentPort, excluded);
        if (whole.instructions.size() <= longest) {
            return whole;
        }
        int least = 0;
        while (least < fitting) {
            int middle = (least + fitting + 1) / 2;
            if (with(filter, silentPort, middle).instructions.size() <= longest) {
                least = middle;
            } else {
                fitting = middle - 1;
            }
        }
        EventProgram part = with(filter, silentPort, least);
        EventProgram fits = part.instructions.size() <= longest ? part : with(EventFilter.ALL, silentPort, 0);
        return new EventProgram(fits.instructions, whole.rules, fits.rulesWithin);
    }

    private static EventProgram with(EventFilter filter, int silentPort, int prefixes) {
        FilterCode code = new FilterCode();
        ByteBuffer host = ByteBuffer.allocate(Integer.BYTES);
        Netlink.hostInt(host, 0, silentPort);
        code.add(FilterInstruction.load(Netlink.PORT)).dropIf(host.getInt(0));
        int rules = expectations(filter, code);
        int lasting = (filter.protocols().isEmpty() ? 0 : 1) + (filter.zones().isEmpty() ? 0 : 1) + prefixes;
        int states = filter.tcpStates().isEmpty() ? 0 : 1;
        rules += lasting + states;
        if (lasting + states > 0) {
            code.add(FilterInstruction.loadHalf(Netlink.TYPE));
            int told = code.awayIf(ENTRY_TOLD);
            if (lasting == 0 || filter.ends()) {
                code.add(FilterInstruction.accept());
            } else {
                code.add(FilterInstruction.ifEqual(ENTRY_GONE, 1, 0)).add(FilterInstruction.accept());
            }
            code.land(told);
            protocols(filter, code);
            zones(filter, code);
            states(filter, code);
            if (prefixes > 0) {
                addresses(filter.excluded().subList(0, prefixes), filter.local(), code);
            }
        }
        code.add(FilterInstruction.accept());
        return new EventProgram(code.instructions(), rules, rules);
    }

    /** A 16-bit number of the host's order as a load sees it. */
    private static int hostShort(int value) {
        ByteBuffer host = ByteBuffer.allocate(Short.BYTES);
        Netlink.hostShort(host, 0, value);
        return host.getShort(0) & 0xffff;
    }

    private static int expectations(EventFilter filter, FilterCode code) {
        if (filter.expectations()) {
            return 0;
        }
        code.add(FilterInstruction.loadHalf(Netlink.TYPE))
                .dropIf(EXPECTATION_TOLD)
                .dropIf(EXPECTATION_GONE);
        return 1;
    }

    private static void protocols(EventFilter filter, FilterCode code) {
        code.attribute(TUPLE_ORIG).found().add(FilterInstruction.store(ORIGINAL));
        code.nested(TUPLE_PROTO).found().nested(PROTO_NUM).found().add(FilterInstruction.toIndex());
        code.add(FilterInstruction.loadByteIndexed(VALUE)).add(FilterInstruction.store(PROTOCOL));
        if (!filter.protocols().isEmpty()) {
            code.dropUnlessOneOf(filter.protocols());
        }
    }

    private static void zones(EventFilter filter, FilterCode code) {
        if (filter.zones().isEmpty()) {
            return;
        }
        List<Integer> told = new ArrayList<>();
        code.attribute(ZONE);
        told.add(code.awayUnless(0));
        code.add(FilterInstruction.cell(ORIGINAL)).nested(TUPLE_ZONE);
        told.add(code.awayUnless(0));
        code.attribute(TUPLE_REPLY).found().nested(TUPLE_ZONE);
        told.add(code.awayUnless(0));
        // Nothing told is zone 0, which is what the accumulator holds.
        int none = code.away();
        code.land(told);
        code.add(FilterInstruction.toIndex()).add(FilterInstruction.loadHalfIndexed(VALUE));
        code.land(none);
        code.dropUnlessOneOf(filter.zones());
    }

    /** Only beginnings are judged by their state. */
    private static void states(EventFilter filter, FilterCode code) {
        if (filter.tcpStates().isEmpty()) {
            return;
        }
        List<Integer> others = new ArrayList<>();
        code.add(FilterInstruction.loadHalf(Netlink.TYPE));
        others.add(code.awayUnless(ENTRY_TOLD));
        code.add(FilterInstruction.loadHalf(Netlink.FLAGS));
        code.add(FilterInstruction.ifAny(hostShort(Netlink.FLAG_CREATE), 1, 0));
        others.add(code.away());
        code.add(FilterInstruction.cell(PROTOCOL));
        others.add(code.awayUnless(Protocol.TCP));
        code.attribute(PROTOINFO)
                .found()
                .nested(PROTOINFO_TCP)
                .found()
                .nested(TCP_STATE)
                .found();
        code.add(FilterInstruction.toIndex()).add(FilterInstruction.loadByteIndexed(VALUE));
        code.dropUnlessOneOf(filter.tcpStates());
        code.land(others);
    }

    private static void addresses(List<AddressPrefix> excluded, List<AddressPrefix> local, FilterCode code) {
        code.add(FilterInstruction.cell(ORIGINAL)).nested(TUPLE_IP).found();
        code.add(FilterInstruction.store(ORIGINAL_ADDRESSES));
        code.attribute(TUPLE_REPLY).found().nested(TUPLE_IP).found();
        code.add(FilterInstruction.store(REPLY_ADDRESSES));
        code.add(FilterInstruction.loadByte(FAMILY));
        int four = code.awayIf(Family.IPV4.number());
        int six = code.awayIf(Family.IPV6.number());
        code.add(FilterInstruction.accept());
        code.land(four);
        addresses(Family.IPV4, IP_V4_SRC, IP_V4_DST, excluded, local, code);
        code.land(six);
        addresses(Family.IPV6, IP_V6_SRC, IP_V6_DST, excluded, local, code);
    }

    private static void addresses(
            Family family,
            int source,
            int destination,
            List<AddressPrefix> excluded,
            List<AddressPrefix> local,
            FilterCode code) {
        List<AddressPrefix> anywhere = of(family, excluded);
        if (!anywhere.isEmpty()) {
            for (int tuple : new int[] {ORIGINAL_ADDRESSES, REPLY_ADDRESSES}) {
                address(tuple, source, anywhere, code);
                address(tuple, destination, anywhere, code);
            }
        }
        List<AddressPrefix> here = of(family, local);
        if (!here.isEmpty()) {
            code.attribute(STATUS).found().add(FilterInstruction.toIndex());
            code.add(FilterInstruction.loadIndexed(VALUE));
            code.add(FilterInstruction.ifAny(Status.SRC_NAT | Status.DST_NAT, 0, 1))
                    .add(FilterInstruction.accept());
            address(ORIGINAL_ADDRESSES, source, here, code);
            address(ORIGINAL_ADDRESSES, destination, here, code);
        }
        code.add(FilterInstruction.accept());
    }

    private static List<AddressPrefix> of(Family family, List<AddressPrefix> prefixes) {
        return prefixes.stream().filter(prefix -> prefix.family() == family).toList();
    }

    /** Drops the message when the address is in one of the prefixes. */
    private static void address(int tuple, int attribute, List<AddressPrefix> prefixes, FilterCode code) {
        code.add(FilterInstruction.cell(tuple)).nested(attribute).found().add(FilterInstruction.toIndex());
        Map<Integer, List<Integer>> byMask = new LinkedHashMap<>();
        for (AddressPrefix prefix : prefixes) {
            if (prefix.family() == Family.IPV4) {
                byMask.computeIfAbsent((int) prefix.lowMask(), any -> new ArrayList<>())
                        .add((int) prefix.low());
            } else {
                inPrefix(prefix, code);
            }
        }
        byMask.forEach((mask, networks) -> {
            masked(0, mask, code);
            networks.forEach(code::dropIf);
        });
    }

    private static void masked(int word, int mask, FilterCode code) {
        code.add(FilterInstruction.loadIndexed(VALUE + word * Integer.BYTES));
        if (mask != -1) {
            code.add(FilterInstruction.and(mask));
        }
    }

    private static void inPrefix(AddressPrefix prefix, FilterCode code) {
        List<Integer> others = new ArrayList<>();
        for (int word = 0; word < 4; word++) {
            int mask = word(prefix.highMask(), prefix.lowMask(), word);
            if (mask != 0) {
                masked(word, mask, code);
                others.add(code.awayUnless(word(prefix.high(), prefix.low(), word)));
            }
        }
        code.add(FilterInstruction.drop());
        code.land(others);
    }

    private static int word(long high, long low, int word) {
        long half = word < 2 ? high : low;
        return (int) (word % 2 == 0 ? half >>> 32 : half);
    }
}
