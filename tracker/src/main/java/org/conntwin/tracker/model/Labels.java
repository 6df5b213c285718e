package org.conntwin.tracker.model;

/**
 * The 128 connection labels as the kernel stores them: label n is bit n % 32 of the n / 32-th word.
 *
 * @param low labels 0 to 63, label n is bit n
 * @param high labels 64 to 127
 */
public record Labels(long low, long high) {
    public static final Labels NONE = new Labels(0, 0);

    /** Whether no label is set. */
    public boolean isEmpty() {
        return low == 0 && high == 0;
    }

    /** Whether label {@code number}, 0 to 127, is set. */
    public boolean has(int number) {
        return ((number < 64 ? low : high) >>> (number & 63) & 1) != 0;
    }

    /** These labels and {@code number}, 0 to 127. */
    public Labels with(int number) {
        long bit = 1L << (number & 63);
        return number < 64 ? new Labels(low | bit, high) : new Labels(low, high | bit);
    }
}
