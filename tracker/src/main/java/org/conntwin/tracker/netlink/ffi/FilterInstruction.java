package org.conntwin.tracker.netlink.ffi;

/**
 * One instruction of a classic socket filter ({@code struct sock_filter}). The machine has an accumulator, an index
 * register and sixteen cells. A load beyond the message's end drops the message.
 *
 * @param code operation, see {@code linux/bpf_common.h}
 * @param jumpTrue instructions to skip when a comparison holds, at most 255
 * @param jumpFalse instructions to skip when it does not
 * @param value operand; loads see the message in network order
 */
public record FilterInstruction(int code, int jumpTrue, int jumpFalse, int value) {
    /** No filter is longer ({@code BPF_MAXINSNS}). */
    public static final int MOST = 4096;

    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_WORD_INDEXED = 0x40;
    private static final int LOAD_HALF_INDEXED = 0x48;
    private static final int LOAD_BYTE_INDEXED = 0x50;
    private static final int LOAD_CONSTANT = 0x00;
    private static final int LOAD_CELL = 0x60;
    private static final int LOAD_INDEX = 0x01;
    private static final int STORE = 0x02;
    private static final int MOVE_TO_INDEX = 0x07;
    private static final int AND = 0x54;
    private static final int JUMP = 0x05;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_SET = 0x45;
    private static final int RETURN = 0x06;
    /** Loads from here on are calls of the kernel ({@code SKF_AD_OFF}). */
    private static final int ANCILLARY = -0x1000;

    private static final int ATTRIBUTE = 12;
    private static final int NESTED_ATTRIBUTE = 16;

    private static FilterInstruction plain(int code, int value) {
        return new FilterInstruction(code, 0, 0, value);
    }

    /** Loads the 32-bit word at the offset. */
    public static FilterInstruction load(int offset) {
        return plain(LOAD_WORD, offset);
    }

    /** Loads the 16-bit word at the offset. */
    public static FilterInstruction loadHalf(int offset) {
        return plain(LOAD_HALF, offset);
    }

    /** Loads the byte at the offset. */
    public static FilterInstruction loadByte(int offset) {
        return plain(LOAD_BYTE, offset);
    }

    /** Loads the 32-bit word at the offset behind where the index points. */
    public static FilterInstruction loadIndexed(int offset) {
        return plain(LOAD_WORD_INDEXED, offset);
    }

    /** Loads the 16-bit word at the offset behind where the index points. */
    public static FilterInstruction loadHalfIndexed(int offset) {
        return plain(LOAD_HALF_INDEXED, offset);
    }

    /** Loads the byte at the offset behind where the index points. */
    public static FilterInstruction loadByteIndexed(int offset) {
        return plain(LOAD_BYTE_INDEXED, offset);
    }

    /** Loads a number. */
    public static FilterInstruction constant(int value) {
        return plain(LOAD_CONSTANT, value);
    }

    /** Loads what was stored in a cell. */
    public static FilterInstruction cell(int cell) {
        return plain(LOAD_CELL, cell);
    }

    /** Stores what is loaded in a cell. */
    public static FilterInstruction store(int cell) {
        return plain(STORE, cell);
    }

    /** Sets the index to a number. */
    public static FilterInstruction index(int value) {
        return plain(LOAD_INDEX, value);
    }

    /** Sets the index to what is loaded. */
    public static FilterInstruction toIndex() {
        return plain(MOVE_TO_INDEX, 0);
    }

    /**
     * Loads the offset of the first netlink attribute of the type that the index tells, looking from the offset that is
     * loaded to the end of the message; 0 when there is none.
     */
    public static FilterInstruction attribute() {
        return plain(LOAD_WORD, ANCILLARY + ATTRIBUTE);
    }

    /** The same within the attribute whose offset is loaded. */
    public static FilterInstruction nestedAttribute() {
        return plain(LOAD_WORD, ANCILLARY + NESTED_ATTRIBUTE);
    }

    /** Leaves the bits of what is loaded that are in the mask. */
    public static FilterInstruction and(int mask) {
        return plain(AND, mask);
    }

    /** Skips as given, by whether what is loaded equals {@code value}. */
    public static FilterInstruction ifEqual(int value, int skipIfSo, int skipOtherwise) {
        return new FilterInstruction(JUMP_IF_EQUAL, skipIfSo, skipOtherwise, value);
    }

    /** Skips as given, by whether what is loaded has any of the bits. */
    public static FilterInstruction ifAny(int bits, int skipIfSo, int skipOtherwise) {
        return new FilterInstruction(JUMP_IF_SET, skipIfSo, skipOtherwise, bits);
    }

    /** Skips so many instructions, however many. */
    public static FilterInstruction skip(int count) {
        return plain(JUMP, count);
    }

    /** Takes the message. */
    public static FilterInstruction accept() {
        return plain(RETURN, -1);
    }

    /** Drops the message before it takes room in the socket's buffer. */
    public static FilterInstruction drop() {
        return plain(RETURN, 0);
    }
}
