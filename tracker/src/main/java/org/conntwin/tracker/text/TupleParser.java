package org.conntwin.tracker.text;

import java.util.Map;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;

/** Reads the words of a tuple back: {@code src}, {@code dst} and the keys of its protocol. */
final class TupleParser {
    private TupleParser() {}

    /** The tuple of the named parts. */
    static Tuple tuple(int protocol, Map<String, String> parts) throws LineException {
        Addresses.Parsed source = address("src", parts);
        Addresses.Parsed destination = address("dst", parts);
        if (source.family() != destination.family()) {
            throw new LineException("src and dst are of different address families");
        }
        int sourceKey = 0;
        int destinationKey = 0;
        if (Protocol.hasPorts(protocol)) {
            sourceKey = key("sport", parts, 10);
            destinationKey = key("dport", parts, 10);
        } else if (Protocol.isIcmp(protocol)) {
            sourceKey = key("id", parts, 10);
            destinationKey = number("type", parts.getOrDefault("type", ""), 10, 255) << 8
                    | number("code", parts.getOrDefault("code", ""), 10, 255);
        } else if (protocol == Protocol.GRE) {
            sourceKey = key("srckey", parts, 16);
            destinationKey = key("dstkey", parts, 16);
        }
        return new Tuple(
                source.family(),
                protocol,
                source.high(),
                source.low(),
                destination.high(),
                destination.low(),
                sourceKey,
                destinationKey);
    }

    private static Addresses.Parsed address(String name, Map<String, String> parts) throws LineException {
        String text = parts.get(name);
        if (text == null) {
            throw new LineException(name + "= is missing");
        }
        Addresses.Parsed address = Addresses.parse(text);
        if (address == null) {
            throw new LineException(name + "=" + text + " is not an address");
        }
        return address;
    }

    private static int key(String name, Map<String, String> parts, int radix) throws LineException {
        return number(name, parts.getOrDefault(name, ""), radix, 0xffff);
    }

    static int number(String name, String text, int radix, int most) throws LineException {
        boolean prefixed = radix == 16 && text.startsWith("0x");
        long value = digits(prefixed ? text.substring(2) : text, radix);
        if (value < 0) {
            throw new LineException(name + " \"" + text + "\" is not a number");
        }
        if (value > most) {
            throw new LineException(name + " " + text + " is not within 0 to " + most);
        }
        return (int) value;
    }

    /** The number that plain digits write, without a sign; -1 for anything else. */
    static long digits(String text, int radix) {
        long value = text.isEmpty() ? -1 : 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) > 'f' ? -1 : Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = Math.min(value * radix + digit, Integer.MAX_VALUE * 16L);
        }
        return value;
    }
}
