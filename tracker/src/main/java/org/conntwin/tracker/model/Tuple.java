package org.conntwin.tracker.model;

/**
 * One direction of a flow. Addresses are kept as numbers so that a tuple is one object: an IPv4
 * address is the low 32 bits of {@code low} with {@code high} 0, an IPv6 address the 128 bits of both.
 *
 * @param protocol IP protocol number, 0 to 255
 * @param sourceKey port, ICMP id or GRE key, 0 to 65535; 0 for protocols without one
 * @param destinationKey port, ICMP {@code type << 8 | code}, or GRE key, 0 to 65535
 */
public record Tuple(
        Family family,
        int protocol,
        long sourceHigh,
        long sourceLow,
        long destinationHigh,
        long destinationLow,
        int sourceKey,
        int destinationKey) {

    /** An IPv4 tuple; the addresses are unsigned 32-bit numbers in network order. */
    public static Tuple ipv4(int protocol, int source, int destination, int sourceKey, int destinationKey) {
        return new Tuple(
                Family.IPV4,
                protocol,
                0,
                Integer.toUnsignedLong(source),
                0,
                Integer.toUnsignedLong(destination),
                sourceKey,
                destinationKey);
    }

    /**
     * The tuple of the answer when nothing is translated: ends swapped, an ICMP query's type replaced
     * by its reply's (echo, timestamp, information, address mask; ICMPv6 echo and node information).
     */
    @SuppressWarnings("ArgumentSelectionDefectChecker") // swapping the ends is the point
    public Tuple inverted() {
        if (Protocol.isIcmp(protocol)) {
            int type = IcmpTypes.inverted(protocol, destinationKey >>> 8);
            return new Tuple(
                    family,
                    protocol,
                    destinationHigh,
                    destinationLow,
                    sourceHigh,
                    sourceLow,
                    sourceKey,
                    type << 8 | (destinationKey & 0xff));
        }
        return new Tuple(
                family, protocol, destinationHigh, destinationLow, sourceHigh, sourceLow, destinationKey, sourceKey);
    }

    /** Whether both tuples come from the same source address, keys aside. */
    public boolean sameSourceAddress(Tuple other) {
        return sourceHigh == other.sourceHigh && sourceLow == other.sourceLow;
    }

    /** ICMP type of an ICMP tuple. */
    public int icmpType() {
        return destinationKey >>> 8;
    }

    /** ICMP code of an ICMP tuple. */
    public int icmpCode() {
        return destinationKey & 0xff;
    }
}
