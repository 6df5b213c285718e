package org.conntwin.tracker.model;

import java.util.Locale;

/** IP protocol numbers that conntrack treats by name. */
public final class Protocol {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    /** Known by name alone: since Linux 6.17 the kernel tracks it as any other, without ports, and prints them as 0. */
    public static final int DCCP = 33;

    public static final int GRE = 47;
    public static final int ICMPV6 = 58;
    public static final int SCTP = 132;
    public static final int UDPLITE = 136;

    private Protocol() {}

    /** Whether the tuple's keys are ports. */
    public static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case TCP, UDP, UDPLITE, SCTP, DCCP -> true;
            default -> false;
        };
    }

    /** Whether the tuple's keys are an ICMP id, type and code. */
    public static boolean isIcmp(int protocol) {
        return protocol == ICMP || protocol == ICMPV6;
    }

    /** The name that {@code conntrack} prints, {@code unknown} for every other protocol. */
    public static String name(int protocol) {
        return switch (protocol) {
            case ICMP -> "icmp";
            case TCP -> "tcp";
            case UDP -> "udp";
            case DCCP -> "dccp";
            case GRE -> "gre";
            case ICMPV6 -> "icmpv6";
            case SCTP -> "sctp";
            case UDPLITE -> "udplite";
            default -> "unknown";
        };
    }

    /** The number behind a name or a decimal number from 0 to 255; -1 when it is neither. */
    public static int number(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "icmp" -> ICMP;
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "dccp" -> DCCP;
            case "gre" -> GRE;
            case "icmpv6", "ipv6-icmp" -> ICMPV6;
            case "sctp" -> SCTP;
            case "udplite" -> UDPLITE;
            default -> decimal(text);
        };
    }

    private static int decimal(String text) {
        try {
            int number = Integer.parseInt(text);
            return number >= 0 && number <= 255 ? number : -1;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }
}
