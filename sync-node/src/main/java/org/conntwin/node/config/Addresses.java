package org.conntwin.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Literal addresses as they stand in configurations: parsed without ever asking a name server, and printed. */
final class Addresses {
    private Addresses() {}

    /** The address, or null when the text is not a literal IPv4 (four decimal parts) or IPv6 address. */
    static @Nullable InetAddress parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0 ? parse6(text) : parse4(text);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are always an address", e);
        }
    }

    /** {@code ADDRESS/LENGTH}, or a single address as its full-length prefix; null when malformed. */
    static @Nullable Cidr parseCidr(String text) {
        int slash = text.indexOf('/');
        InetAddress address = parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int bits = address.getAddress().length * 8;
        OptionalInt length = slash < 0 ? OptionalInt.of(bits) : number(text.substring(slash + 1), bits);
        return length.isPresent() ? new Cidr(address, length.getAsInt()) : null;
    }

    /** The prefix with its host bits cleared. */
    static Cidr masked(Cidr cidr) {
        byte[] bytes = cidr.network().getAddress();
        for (int bit = cidr.prefixLength(); bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        try {
            return new Cidr(InetAddress.getByAddress(bytes), cidr.prefixLength());
        } catch (UnknownHostException e) {
            throw new AssertionError("the length did not change", e);
        }
    }

    /**
     * {@code ADDRESS}, {@code ADDRESS:PORT}, {@code V6} or {@code [V6]:PORT}.
     *
     * @param text what the operator wrote
     * @param defaultPort port when none is given; 0 makes a port mandatory
     * @return the endpoint, or null when malformed
     */
    static @Nullable Endpoint parseEndpoint(String text, int defaultPort) {
        String host = text;
        String port = "";
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || text.indexOf(':') > end) {
                return null;
            }
            host = text.substring(1, end);
            String rest = text.substring(end + 1);
            if (!rest.isEmpty() && (rest.length() == 1 || rest.charAt(0) != ':')) {
                return null;
            }
            port = rest.isEmpty() ? "" : rest.substring(1);
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            host = text.substring(0, text.indexOf(':'));
            port = text.substring(text.indexOf(':') + 1);
            if (port.isEmpty()) {
                return null;
            }
        }
        InetAddress address = parse(host);
        OptionalInt number = port.isEmpty() ? OptionalInt.of(defaultPort) : number(port, 65535);
        if (address == null || number.isEmpty() || number.getAsInt() == 0) {
            return null;
        }
        return new Endpoint(address, number.getAsInt());
    }

    /** A decimal number from 0 to {@code max}, plain digits only. */
    static OptionalInt number(String text, int max) {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        int value = Integer.parseInt(text);
        return value <= max ? OptionalInt.of(value) : OptionalInt.empty();
    }

    /** The address without host name or scope; IPv6 in its short form (RFC 5952). */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? address.getHostAddress() : text6(bytes);
    }

    private static byte @Nullable [] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            OptionalInt part = number(parts[i], 255);
            if (part.isEmpty() || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) {
                return null;
            }
            bytes[i] = (byte) part.getAsInt();
        }
        return bytes;
    }

    private static byte @Nullable [] parse6(String text) {
        int gap = text.indexOf("::");
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap));
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        int given = head.length + tail.length;
        if (gap < 0 ? given != 16 : given > 14) {
            return null;
        }
        byte[] bytes = new byte[16];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
        return bytes;
    }

    /** Colon-separated groups of one to four hexadecimal digits, the last one may be an IPv4 address. */
    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] four = parts[parts.length - 1].indexOf('.') >= 0 ? parse4(parts[parts.length - 1]) : new byte[0];
        int count = four != null && four.length == 4 ? parts.length - 1 : parts.length;
        if (four == null || parts.length > 8) {
            return null;
        }
        byte[] bytes = new byte[count * 2 + four.length];
        for (int i = 0; i < count; i++) {
            if (parts[i].isEmpty() || parts[i].length() > 4 || !parts[i].chars().allMatch(Addresses::hex)) {
                return null;
            }
            int value = Integer.parseInt(parts[i], 16);
            bytes[2 * i] = (byte) (value >>> 8);
            bytes[2 * i + 1] = (byte) value;
        }
        System.arraycopy(four, 0, bytes, count * 2, four.length);
        return bytes;
    }

    private static boolean hex(int c) {
        return c < 128 && Character.digit(c, 16) >= 0;
    }

    private static String text6(byte[] bytes) {
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < 8; start++) {
            int end = start;
            while (end < 8 && bytes[2 * end] == 0 && bytes[2 * end + 1] == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff)));
        }
        return text.toString();
    }
}
