package org.conntwin.tracker.model;

/** Which ICMP and ICMPv6 types answer each other (RFC 792, 950, 4443, 4620). */
final class IcmpTypes {
    private IcmpTypes() {}

    /** The type that answers {@code type}; the type itself where none does. */
    static int inverted(int protocol, int type) {
        if (protocol == Protocol.ICMP) {
            return switch (type) {
                case 8 -> 0;
                case 0 -> 8;
                case 13 -> 14;
                case 14 -> 13;
                case 15 -> 16;
                case 16 -> 15;
                case 17 -> 18;
                case 18 -> 17;
                default -> type;
            };
        }
        return switch (type) {
            case 128 -> 129;
            case 129 -> 128;
            case 139 -> 140;
            case 140 -> 139;
            default -> type;
        };
    }
}
