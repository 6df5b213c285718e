package org.conntwin.tracker.ctnetlink;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.FilterInstruction;

/**
 * A socket filter in the making. Decisions are made on the spot, so every conditional jump is a short one; long ways go
 * by {@link #away} and {@link #land}.
 */
final class FilterCode {
    private final List<FilterInstruction> code = new ArrayList<>();

    int length() {
        return code.size();
    }

    List<FilterInstruction> instructions() {
        return List.copyOf(code);
    }

    FilterCode add(FilterInstruction instruction) {
        code.add(instruction);
        return this;
    }

    FilterCode dropIf(int value) {
        return add(FilterInstruction.ifEqual(value, 0, 1)).add(FilterInstruction.drop());
    }

    FilterCode acceptIf(int value) {
        return add(FilterInstruction.ifEqual(value, 0, 1)).add(FilterInstruction.accept());
    }

    /** Jumps away when what is loaded is {@code value}; where from, for {@link #land}. */
    int awayIf(int value) {
        add(FilterInstruction.ifEqual(value, 0, 1));
        return away();
    }

    /** Jumps away unless what is loaded is {@code value}. */
    int awayUnless(int value) {
        add(FilterInstruction.ifEqual(value, 1, 0));
        return away();
    }

    /** Jumps away; where from. */
    int away() {
        code.add(FilterInstruction.skip(0));
        return code.size() - 1;
    }

    /** What jumped away at {@code from} goes on here. */
    void land(int from) {
        code.set(from, FilterInstruction.skip(code.size() - from - 1));
    }

    void land(List<Integer> from) {
        from.forEach(this::land);
    }

    /** Loads the offset of a message's own attribute; 0 when it has none. */
    FilterCode attribute(int type) {
        return add(FilterInstruction.constant(Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES))
                .add(FilterInstruction.index(type))
                .add(FilterInstruction.attribute());
    }

    /** Loads the offset of an attribute within the one whose offset is loaded; 0 when there is none. */
    FilterCode nested(int type) {
        return add(FilterInstruction.index(type)).add(FilterInstruction.nestedAttribute());
    }

    /** Accepts the message unless an attribute was found: what it does not tell, the program cannot judge. */
    FilterCode found() {
        return acceptIf(0);
    }

    /** Goes on when what is loaded is one of {@code wanted}, and drops the message otherwise. */
    void dropUnlessOneOf(Iterable<Integer> wanted) {
        List<Integer> ways = new ArrayList<>();
        for (int value : wanted) {
            ways.add(awayIf(value));
        }
        add(FilterInstruction.drop());
        land(ways);
    }
}
