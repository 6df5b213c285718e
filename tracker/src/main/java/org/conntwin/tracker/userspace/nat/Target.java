package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * What one end of a flow is to become.
 *
 * @param high upper half of the address, as in a tuple
 * @param low lower half of the address
 * @param first first of the keys to choose from, -1 when none are told
 * @param last last of them
 */
record Target(long high, long low, int first, int last) {
    private static final int ANY = -1;

    /** Whether translation knows the ports of a protocol; DCCP's it does not, as the tracker does not. */
    static boolean knowsPorts(int protocol) {
        return Protocol.hasPorts(protocol) && protocol != Protocol.DCCP;
    }

    /** An address, with whatever key. */
    static Target address(long high, long low) {
        return new Target(high, low, ANY, ANY);
    }

    /** What a packet's end is by now. */
    static Target present(TupleKey packet, boolean source) {
        return source
                ? address(packet.sourceHigh, packet.sourceLow)
                : address(packet.destinationHigh, packet.destinationLow);
    }

    /** The same with keys to choose from. */
    Target keys(int from, int to) {
        return new Target(high, low, Math.min(from, to), Math.max(from, to));
    }

    boolean hasKeys() {
        return first != ANY;
    }

    /** Whether the source of a tuple is such an end. */
    boolean holdsSource(TupleKey tuple) {
        return tuple.sourceHigh == high && tuple.sourceLow == low && holdsKey(tuple, true);
    }

    /** Whether the key of one end of a tuple is among those to choose from. */
    boolean holdsKey(TupleKey tuple, boolean source) {
        if (!hasKeys()) {
            return true;
        }
        // An ICMP id is the key of either end.
        int key = source || Protocol.isIcmp(tuple.protocol) ? tuple.sourceKey() : tuple.destinationKey();
        return key >= first && key <= last;
    }
}
