package org.conntwin.tracker.userspace.helper.ftp;

import org.conntwin.tracker.userspace.packet.Payload;

/**
 * Reads an IPv6 address in a payload as the kernel does: the text of RFC 4291 with any number of leading zeros; a run of
 * zeros that is left out stands for one group at least. Not thread-safe.
 */
final class Ipv6Reader {
    private static final int GROUPS = 8;

    private final int[] groups = new int[GROUPS];
    private int count;
    /** Group that follows the run left out, -1 when there is none. */
    private int gap;

    /**
     * Reads one.
     *
     * @param delimiter what comes behind it; a byte 0 or the payload's end will do, too
     * @return index of what came behind it, -1 when it is no address
     */
    int read(Payload payload, int start, int delimiter) {
        count = 0;
        gap = -1;
        int at = start;
        if (letter(payload, at) == ':' && delimiter != ':') {
            if (letter(payload, at + 1) != ':') {
                return -1;
            }
            gap = 0;
            at += 2;
            if (ends(payload, at, delimiter)) {
                return at;
            }
        }
        while (true) {
            int next = group(payload, at, delimiter);
            if (next < 0) {
                return -1;
            }
            int behind = letter(payload, next);
            if (ends(payload, next, delimiter)) {
                return full() ? next : -1;
            }
            if (behind == '.') {
                return dotted(payload, at, delimiter);
            }
            if (behind != ':' || count >= room()) {
                return -1;
            }
            at = next + 1;
            if (gap < 0 && letter(payload, at) == ':' && delimiter != ':') {
                gap = count;
                at++;
                if (ends(payload, at, delimiter)) {
                    return at;
                }
                if (count >= room()) {
                    return -1;
                }
            }
        }
    }

    /** Upper half of the address read last. */
    long high() {
        return half(0);
    }

    /** Lower half of the address read last. */
    long low() {
        return half(GROUPS / 2);
    }

    private long half(int from) {
        long value = 0;
        for (int i = from; i < from + GROUPS / 2; i++) {
            int index = gap < 0 || i < gap ? i : i - (GROUPS - count);
            value = value << 16 | (gap >= 0 && (i >= gap && index < gap) ? 0 : groups[index]);
        }
        return value;
    }

    /** Reads a group of hexadecimal digits; the index behind it, -1 when there is none. */
    private int group(Payload payload, int start, int delimiter) {
        int value = 0;
        int at = start;
        while (!ends(payload, at, delimiter)) {
            int digit = Character.digit(letter(payload, at), 16);
            if (digit < 0 || value > 0xfff) {
                break;
            }
            value = value << 4 | digit;
            at++;
        }
        if (at == start) {
            return -1;
        }
        groups[count++] = value;
        return at;
    }

    /** The last two groups as four decimal numbers, the first of which was taken for a group. */
    private int dotted(Payload payload, int start, int delimiter) {
        count--;
        if (gap < 0 ? count != GROUPS - 2 : count > GROUPS - 3) {
            return -1;
        }
        int at = start;
        int address = 0;
        for (int i = 0; i < 4; i++) {
            int value = -1;
            while (Character.digit(letter(payload, at), 10) >= 0 && letter(payload, at) != delimiter) {
                value = Math.max(0, value) * 10 + Character.digit(letter(payload, at), 10);
                if (value > 255) {
                    return -1;
                }
                at++;
            }
            boolean last = i == 3;
            boolean over = ends(payload, at, delimiter) || letter(payload, at) == ':';
            if (value < 0 || (last ? !over : letter(payload, at) != '.')) {
                return -1;
            }
            address = address << 8 | value;
            at += last ? 0 : 1;
        }
        groups[count++] = address >>> 16;
        groups[count++] = address & 0xffff;
        return at;
    }

    private boolean full() {
        return gap >= 0 || count == GROUPS;
    }

    private int room() {
        return gap < 0 ? GROUPS : GROUPS - 1;
    }

    private static boolean ends(Payload payload, int at, int delimiter) {
        int letter = letter(payload, at);
        return letter == delimiter || letter == 0;
    }

    /** The letter there, 0 behind the end. */
    private static int letter(Payload payload, int at) {
        return at < payload.length() ? payload.at(at) : 0;
    }
}
