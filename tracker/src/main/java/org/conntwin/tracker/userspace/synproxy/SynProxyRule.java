package org.conntwin.tracker.userspace.synproxy;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.packet.TupleKey;

/**
 * Servers behind the SYN proxy and the TCP options announced for them. Immutable.
 *
 * @param family of the servers' addresses
 * @param high upper half of the servers' prefix, 0 for IPv4
 * @param low lower half, an IPv4 address in its lower 32 bits
 * @param bits length of the prefix, 0 to 32 or 128
 * @param port their port, 1 to 65535
 * @param mss maximum segment size that is announced, 1 to 65535
 * @param scale window scale that is announced, 0 to 14
 * @param timestamp whether timestamps are; without them nothing but the size is
 * @param sackPermitted whether selective acknowledgements are
 * @param ecn whether ECN is agreed to
 * @param learn whether each server's own options are announced once they are known
 */
public record SynProxyRule(
        Family family,
        long high,
        long low,
        int bits,
        int port,
        int mss,
        int scale,
        boolean timestamp,
        boolean sackPermitted,
        boolean ecn,
        boolean learn) {

    /** Whether an address is one of the servers'. */
    private boolean covers(Family addressFamily, long addressHigh, long addressLow) {
        if (addressFamily != family) {
            return false;
        }
        if (family == Family.IPV4) {
            return bits == 0 || (addressLow ^ low) >>> (Integer.SIZE - bits) == 0;
        }
        long differsHigh = addressHigh ^ high;
        if (bits <= Long.SIZE) {
            return bits == 0 || differsHigh >>> (Long.SIZE - bits) == 0;
        }
        return differsHigh == 0 && (addressLow ^ low) >>> (2 * Long.SIZE - bits) == 0;
    }

    /** Whether a packet with this tuple goes to one of the servers. */
    boolean isTo(TupleKey key) {
        return key.destinationKey() == port && covers(key.family, key.destinationHigh, key.destinationLow);
    }

    /** Whether it comes from one. */
    boolean isFrom(TupleKey key) {
        return key.sourceKey() == port && covers(key.family, key.sourceHigh, key.sourceLow);
    }
}
