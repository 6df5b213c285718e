package org.conntwin.tracker.model;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** A set of addresses that share their first bits; an IPv4 address is the lower 32 bits of {@code low}. */
public record AddressPrefix(Family family, long high, long low, long highMask, long lowMask) {

    /** The addresses whose first {@code bits} are those of {@code address}. */
    public static AddressPrefix of(InetAddress address, int bits) {
        ByteBuffer value = ByteBuffer.wrap(address.getAddress());
        return value.capacity() == 4
                ? of(Family.IPV4, 0, Integer.toUnsignedLong(value.getInt()), bits)
                : of(Family.IPV6, value.getLong(), value.getLong(), bits);
    }

    /** The same of an address as a {@link Tuple} has it. */
    public static AddressPrefix of(Family family, long high, long low, int bits) {
        if (family == Family.IPV4) {
            long mask = bits == 0 ? 0 : 0xffffffffL << 32 - bits & 0xffffffffL;
            return new AddressPrefix(Family.IPV4, 0, low & mask, 0, mask);
        }
        long highMask = bits == 0 ? 0 : bits >= 64 ? -1L : -1L << 64 - bits;
        long lowMask = bits <= 64 ? 0 : -1L << 128 - bits;
        return new AddressPrefix(Family.IPV6, high & highMask, low & lowMask, highMask, lowMask);
    }

    /** Whether one end of the tuple is in the set. */
    public boolean touches(Tuple tuple) {
        return tuple.family() == family
                && (matches(tuple.sourceHigh(), tuple.sourceLow())
                        || matches(tuple.destinationHigh(), tuple.destinationLow()));
    }

    private boolean matches(long addressHigh, long addressLow) {
        return (addressHigh & highMask) == high && (addressLow & lowMask) == low;
    }
}
