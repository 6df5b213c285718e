package org.conntwin.tracker.userspace.helper;

import org.conntwin.tracker.userspace.packet.Payload;

/** A payload as text, one byte a character, read in place. Indices are the payload's; outside of it there is nothing. */
public final class PayloadText {
    private final Payload payload;
    private int next;

    /** The text of this payload, whichever packet it shows. */
    public PayloadText(Payload payload) {
        this.payload = payload;
    }

    /** Number of bytes. */
    public int length() {
        return payload.length();
    }

    /** The unsigned byte at an index; -1 outside. */
    public int at(int index) {
        return index >= 0 && index < payload.length() ? payload.at(index) : -1;
    }

    /** The two bytes at an index in network order; -1 when they are not there. */
    public int u16(int index) {
        return index >= 0 && index + 2 <= payload.length() ? payload.at(index) << 8 | payload.at(index + 1) : -1;
    }

    /** The four bytes at an index in network order; -1 when they are not there. */
    public long u32(int index) {
        return index >= 0 && index + 4 <= payload.length() ? (long) u16(index) << 16 | u16(index + 2) : -1;
    }

    /** Whether these very characters stand at an index. */
    public boolean has(int index, String text) {
        return has(index, text, false);
    }

    /** Whether these characters, in capitals or not, stand at an index. */
    public boolean hasAnyCase(int index, String text) {
        return has(index, text, true);
    }

    private boolean has(int index, String text, boolean anyCase) {
        if (index < 0 || index + text.length() > payload.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            int there = payload.at(index + i);
            int wanted = text.charAt(i);
            if (there != wanted && !(anyCase && small(there) == small(wanted))) {
                return false;
            }
        }
        return true;
    }

    /** Where these characters begin first, at {@code from} or behind it, and end before {@code to}; -1 for nowhere. */
    public int find(String text, int from, int to) {
        for (int at = Math.max(0, from); at + text.length() <= Math.min(to, payload.length()); at++) {
            if (has(at, text)) {
                return at;
            }
        }
        return -1;
    }

    /**
     * The decimal number that begins at an index, modulo 2^64; 0 where no digit stands. {@link #next} is behind it.
     *
     * @param to where reading ends at the latest
     */
    public long number(int index, int to) {
        long number = 0;
        int at = index;
        while (at < Math.min(to, payload.length()) && digit(payload.at(at))) {
            number = number * 10 + payload.at(at) - '0';
            at++;
        }
        next = at;
        return number;
    }

    /** Index behind what was read last. */
    public int next() {
        return next;
    }

    /** Whether a character is a decimal digit. */
    public static boolean digit(int letter) {
        return letter >= '0' && letter <= '9';
    }

    private static int small(int letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }
}
