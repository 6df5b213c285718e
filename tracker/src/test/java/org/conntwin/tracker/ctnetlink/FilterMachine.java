package org.conntwin.tracker.ctnetlink;

import java.nio.ByteBuffer;
import java.util.List;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.FilterInstruction;

/** The kernel's machine for classic socket filters, as far as event programs use it. */
final class FilterMachine {
    private static final int ATTRIBUTE = -0x1000 + 12;
    private static final int NESTED_ATTRIBUTE = -0x1000 + 16;

    private final List<FilterInstruction> program;

    FilterMachine(List<FilterInstruction> program) {
        this.program = program;
    }

    /** Whether the program takes the message, which begins at 0 and ends with the buffer. */
    boolean accepts(ByteBuffer message) {
        int accumulator = 0;
        int index = 0;
        int[] cells = new int[16];
        for (int at = 0; ; at++) {
            FilterInstruction now = program.get(at);
            int value = now.value();
            switch (now.code()) {
                case 0x00 -> accumulator = value;
                case 0x01 -> index = value;
                case 0x02 -> cells[value] = accumulator;
                case 0x07 -> index = accumulator;
                case 0x60 -> accumulator = cells[value];
                case 0x54 -> accumulator &= value;
                case 0x05 -> at += value;
                case 0x15 -> at += accumulator == value ? now.jumpTrue() : now.jumpFalse();
                case 0x45 -> at += (accumulator & value) != 0 ? now.jumpTrue() : now.jumpFalse();
                case 0x06 -> {
                    return value != 0;
                }
                default -> {
                    boolean indexed = (now.code() & 0x40) != 0;
                    int size = size(now.code() & ~0x40);
                    if (value == ATTRIBUTE) {
                        accumulator = attribute(message, accumulator, message.capacity(), index);
                    } else if (value == NESTED_ATTRIBUTE) {
                        int end = accumulator + Netlink.hostShort(message, accumulator);
                        accumulator = attribute(message, accumulator + Netlink.ATTRIBUTE_BYTES, end, index);
                    } else {
                        int from = indexed ? index + value : value;
                        if (from < 0 || from + size > message.capacity()) {
                            return false;
                        }
                        accumulator = load(message, from, size);
                    }
                }
            }
        }
    }

    /** Bytes that a load takes, by its code without the bit for the index. */
    private static int size(int code) {
        return switch (code) {
            case 0x20, 0x00 -> 4;
            case 0x28, 0x08 -> 2;
            case 0x30, 0x10 -> 1;
            default -> throw new AssertionError("code " + code);
        };
    }

    private static int load(ByteBuffer message, int from, int size) {
        return switch (size) {
            case 4 -> message.getInt(from);
            case 2 -> message.getShort(from) & 0xffff;
            default -> message.get(from) & 0xff;
        };
    }

    private static int attribute(ByteBuffer message, int from, int end, int type) {
        int at = from;
        while (end - at >= Netlink.ATTRIBUTE_BYTES) {
            int length = Netlink.hostShort(message, at);
            if (length < Netlink.ATTRIBUTE_BYTES || length > end - at) {
                return 0;
            }
            if ((Netlink.hostShort(message, at + 2) & Netlink.ATTRIBUTE_TYPE_MASK) == type) {
                return at;
            }
            at += Netlink.aligned(length);
        }
        return 0;
    }
}
