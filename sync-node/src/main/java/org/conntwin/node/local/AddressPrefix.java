package org.conntwin.node.local;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;

/** A set of addresses that share their first bits. */
record AddressPrefix(Family family, long high, long low, long highMask, long lowMask) {

    static AddressPrefix of(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            long mask = bits == 0 ? 0 : 0xffffffffL << 32 - bits & 0xffffffffL;
            long value = Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt());
            return new AddressPrefix(Family.IPV4, 0, value & mask, 0, mask);
        }
        long highMask = bits == 0 ? 0 : bits >= 64 ? -1L : -1L << 64 - bits;
        long lowMask = bits <= 64 ? 0 : -1L << 128 - bits;
        ByteBuffer value = ByteBuffer.wrap(bytes);
        return new AddressPrefix(Family.IPV6, value.getLong() & highMask, value.getLong() & lowMask, highMask, lowMask);
    }

    /** Whether one end of the tuple is in the set. */
    boolean touches(Tuple tuple) {
        return tuple.family() == family
                && (matches(tuple.sourceHigh(), tuple.sourceLow())
                        || matches(tuple.destinationHigh(), tuple.destinationLow()));
    }

    private boolean matches(long addressHigh, long addressLow) {
        return (addressHigh & highMask) == high && (addressLow & lowMask) == low;
    }
}
