package org.conntwin.tracker.netlink.ffi;

/**
 * One instruction of a classic socket filter ({@code struct sock_filter}).
 *
 * @param code operation, see {@code linux/bpf_common.h}
 * @param jumpTrue instructions to skip when a comparison holds
 * @param jumpFalse instructions to skip when it does not
 * @param value operand; loads see the message in network order
 */
public record FilterInstruction(int code, int jumpTrue, int jumpFalse, int value) {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    /** Loads the 32-bit word at the offset. */
    public static FilterInstruction load(int offset) {
        return new FilterInstruction(LOAD_WORD, 0, 0, offset);
    }

    /** Skips as given, by whether the loaded word equals {@code value}. */
    public static FilterInstruction ifEqual(int value, int skipIfSo, int skipOtherwise) {
        return new FilterInstruction(JUMP_IF_EQUAL, skipIfSo, skipOtherwise, value);
    }

    /** Takes the message. */
    public static FilterInstruction accept() {
        return new FilterInstruction(RETURN, 0, 0, -1);
    }

    /** Drops the message before it takes room in the socket's buffer. */
    public static FilterInstruction drop() {
        return new FilterInstruction(RETURN, 0, 0, 0);
    }
}
