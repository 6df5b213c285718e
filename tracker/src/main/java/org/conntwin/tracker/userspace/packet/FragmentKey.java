package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Family;

/** What the fragments of one datagram have in common (RFC 791, RFC 8200); IPv6 does not count the protocol in. */
record FragmentKey(
        Family family,
        long sourceHigh,
        long sourceLow,
        long destinationHigh,
        long destinationLow,
        int protocol,
        int identification) {

    static FragmentKey of(Packet packet, Fragment fragment) {
        TupleKey key = packet.key;
        return new FragmentKey(
                key.family,
                key.sourceHigh,
                key.sourceLow,
                key.destinationHigh,
                key.destinationLow,
                key.family == Family.IPV4 ? key.protocol : 0,
                fragment.identification);
    }
}
