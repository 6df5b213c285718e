package org.conntwin.tracker.model;

import org.jspecify.annotations.Nullable;

/** Addresses as text and as the two numbers of a {@link Tuple}. */
public final class Addresses {
    private Addresses() {}

    /** Appends the address in its usual form (RFC 5952 for IPv6). */
    public static void append(StringBuilder out, Family family, long high, long low) {
        if (family == Family.IPV4) {
            out.append(low >>> 24 & 0xff)
                    .append('.')
                    .append(low >>> 16 & 0xff)
                    .append('.')
                    .append(low >>> 8 & 0xff)
                    .append('.')
                    .append(low & 0xff);
        } else {
            appendIpv6(out, high, low);
        }
    }

    /** The address in its usual form. */
    public static String text(Family family, long high, long low) {
        StringBuilder out = new StringBuilder();
        append(out, family, high, low);
        return out.toString();
    }

    private static void appendIpv6(StringBuilder out, long high, long low) {
        int longestStart = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && group(high, low, i + run) == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                longestStart = i;
            }
            i += Math.max(0, run - 1);
        }
        boolean mapped = high == 0 && low >>> 32 == 0xffff;
        if (mapped) {
            out.append("::ffff:");
            append(out, Family.IPV4, 0, low & 0xffffffffL);
            return;
        }
        for (int i = 0; i < 8; i++) {
            if (i == longestStart) {
                out.append("::");
                i += longest - 1;
                continue;
            }
            if (i > 0 && i != longestStart + longest) {
                out.append(':');
            }
            out.append(Integer.toHexString(group(high, low, i)));
        }
    }

    private static int group(long high, long low, int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3)) & 0xffff);
    }

    /** An address: family and the two numbers. */
    public record Parsed(Family family, long high, long low) {}

    /** Reads a literal IPv4 or IPv6 address; null when it is neither. Never asks a name server. */
    public static @Nullable Parsed parse(String text) {
        return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
    }

    private static @Nullable Parsed parseIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        long value = 0;
        for (String part : parts) {
            int octet = number(part, 10, 3, 255);
            // A leading zero means octal to some programs and decimal to others: refused, as inet_pton does.
            if (octet < 0 || (part.length() > 1 && part.charAt(0) == '0')) {
                return null;
            }
            value = value << 8 | octet;
        }
        return new Parsed(Family.IPV4, 0, value);
    }

    private static @Nullable Parsed parseIpv6(String text) {
        String plain = text;
        int lastColon = plain.lastIndexOf(':');
        if (plain.indexOf('.') > lastColon) {
            Parsed tail = parseIpv4(plain.substring(lastColon + 1));
            if (tail == null) {
                return null;
            }
            plain = plain.substring(0, lastColon + 1)
                    + Long.toHexString(tail.low >>> 16)
                    + ':'
                    + Long.toHexString(tail.low & 0xffff);
        }
        int gap = plain.indexOf("::");
        if (gap != plain.lastIndexOf("::")) {
            return null;
        }
        int[] head = groups(gap < 0 ? plain : plain.substring(0, gap));
        int[] rest = gap < 0 ? new int[0] : groups(plain.substring(gap + 2));
        if (head == null || rest == null) {
            return null;
        }
        int given = head.length + rest.length;
        if (gap < 0 ? given != 8 : given > 7) {
            return null;
        }
        long[] halves = new long[2];
        for (int i = 0; i < 8; i++) {
            int fromEnd = i - (8 - rest.length);
            int value = i < head.length ? head[i] : fromEnd >= 0 ? rest[fromEnd] : 0;
            halves[i / 4] = halves[i / 4] << 16 | value;
        }
        return new Parsed(Family.IPV6, halves[0], halves[1]);
    }

    private static int @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        int[] values = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            values[i] = number(parts[i], 16, 4, 0xffff);
            if (values[i] < 0 || parts.length > 8) {
                return null;
            }
        }
        return values;
    }

    private static int number(String text, int radix, int maxDigits, int max) {
        if (text.isEmpty() || text.length() > maxDigits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), radix);
            // Character knows digits of other scripts too.
            if (digit < 0 || text.charAt(i) > 'f') {
                return -1;
            }
            value = value * radix + digit;
        }
        return value <= max ? value : -1;
    }
}
