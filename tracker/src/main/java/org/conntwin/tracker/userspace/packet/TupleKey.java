package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;

/**
 * One direction of a flow in a form that is filled again for every packet, so that a lookup allocates nothing. Fields
 * are those of {@link Tuple}; both keys share an int. Not thread-safe.
 */
public final class TupleKey {
    public Family family = Family.IPV4;
    /** IP protocol number, 0 to 255. */
    public int protocol;

    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;
    /** Source key in the upper, destination key in the lower 16 bits; see {@link Tuple} for what the keys are. */
    public int keys;

    /** Starts as all zeros. */
    public TupleKey() {}

    /** The source key, 0 to 65535. */
    public int sourceKey() {
        return keys >>> 16;
    }

    /** The destination key, 0 to 65535. */
    public int destinationKey() {
        return keys & 0xffff;
    }

    /** Takes over everything of {@code tuple}. */
    public void set(Tuple tuple) {
        family = tuple.family();
        protocol = tuple.protocol();
        sourceHigh = tuple.sourceHigh();
        sourceLow = tuple.sourceLow();
        destinationHigh = tuple.destinationHigh();
        destinationLow = tuple.destinationLow();
        keys = tuple.sourceKey() << 16 | tuple.destinationKey();
    }

    /** Takes over everything of {@code other}. */
    public void set(TupleKey other) {
        family = other.family;
        protocol = other.protocol;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        destinationHigh = other.destinationHigh;
        destinationLow = other.destinationLow;
        keys = other.keys;
    }

    /** Swaps the ends: addresses and, but for ICMP, whose id is one for both and whose type stays, the keys. */
    public void swapEnds() {
        long high = sourceHigh;
        long low = sourceLow;
        sourceHigh = destinationHigh;
        sourceLow = destinationLow;
        destinationHigh = high;
        destinationLow = low;
        if (!Protocol.isIcmp(protocol)) {
            keys = Integer.rotateLeft(keys, Short.SIZE);
        }
    }

    /** The same as an immutable tuple. */
    public Tuple tuple() {
        return new Tuple(
                family,
                protocol,
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                sourceKey(),
                destinationKey());
    }
}
