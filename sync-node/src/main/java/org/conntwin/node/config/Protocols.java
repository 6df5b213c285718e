package org.conntwin.node.config;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** IP protocols by the names that configurations use. */
final class Protocols {
    private static final Map<String, Integer> NUMBERS = new TreeMap<>(
            Map.of("icmp", 1, "tcp", 6, "udp", 17, "dccp", 33, "gre", 47, "icmpv6", 58, "sctp", 132, "udplite", 136));

    private Protocols() {}

    /** The number of a known name, or of a decimal number from 0 to 255. */
    static OptionalInt number(String text) {
        Integer known = NUMBERS.get(text.toLowerCase(Locale.ROOT));
        return known != null ? OptionalInt.of(known) : Addresses.number(text, 255);
    }

    /** The name, or the number in decimal when it has none. */
    static String name(int number) {
        return NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(Integer.toString(number));
    }

    static String names() {
        return String.join(", ", NUMBERS.keySet());
    }
}
