package org.conntwin.tracker.userspace.capture;

import org.jspecify.annotations.Nullable;

/**
 * How an interface of a pcapng file counts time.
 *
 * @param units in a second
 * @param binary log2 of the units where they are a power of two, otherwise -1
 * @param offset seconds between 1970 and the clock's zero
 */
record Clock(long units, int binary, long offset) {
    private static final long SECOND = 1_000_000_000L;
    /** Seconds that fit into nanoseconds beside any lifetime. */
    private static final long LAST = (1L << 62) / SECOND;

    /** The clock of the option {@code if_tsresol}; null for one that counts too finely for 64 bits. */
    static @Nullable Clock of(int resolution, long offset) {
        int exponent = resolution & 0x7f;
        if (resolution > 0x7f) {
            return exponent > 63 ? null : new Clock(1L << exponent, exponent, offset);
        }
        if (exponent > 19) {
            return null;
        }
        long units = 1;
        for (int i = 0; i < exponent; i++) {
            units *= 10;
        }
        return new Clock(units, -1, offset);
    }

    /** Nanoseconds since 1970 of an unsigned count, 0 to 2^62. */
    long nanoseconds(long count) {
        long whole = Long.divideUnsigned(count, units);
        long part = Long.remainderUnsigned(count, units);
        if (whole < 0 || whole > LAST) {
            whole = LAST; // with a coarse clock; an offset of the same size is no time either
        }
        long seconds = Math.max(-LAST, Math.min(LAST, offset)) + whole;
        return Math.max(0, Math.min(LAST, seconds)) * SECOND + fraction(part);
    }

    private long fraction(long part) {
        if (binary > 30) {
            return (part >>> (binary - 30)) * SECOND >>> 30;
        }
        if (binary >= 0) {
            return part * SECOND >>> binary;
        }
        return Long.compareUnsigned(units, SECOND) <= 0
                ? part * (SECOND / units)
                : Long.divideUnsigned(part, Long.divideUnsigned(units, SECOND));
    }
}
