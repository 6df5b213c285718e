package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;

/**
 * Reply tuples of entries from outside, as the kernel derives them from NAT ranges of one address and one port: each
 * translation that the status names changes its end of the plain inverse. Pure.
 */
final class TranslatedReply {
    private TranslatedReply() {}

    /** The tuple of answers of the entry. */
    static Tuple of(Conntrack entry) {
        Tuple told = entry.reply();
        if (!Status.translated(entry.status())) {
            return told;
        }
        boolean source = entry.has(Status.SRC_NAT);
        boolean destination = entry.has(Status.DST_NAT);
        Tuple plain = entry.original().inverted();
        Tuple forward = source ? told : plain;
        Tuple back = destination ? told : plain;
        boolean icmp = Protocol.isIcmp(plain.protocol());
        boolean keyed = Protocol.hasPorts(plain.protocol()) || plain.protocol() == Protocol.GRE;
        // An ICMP id stands in the source key of both directions; translating the source changes it.
        Tuple sourceKeys = icmp ? forward : keyed ? back : plain;
        Tuple destinationKeys = keyed ? forward : plain;
        return new Tuple(
                plain.family(),
                plain.protocol(),
                back.sourceHigh(),
                back.sourceLow(),
                forward.destinationHigh(),
                forward.destinationLow(),
                sourceKeys.sourceKey(),
                destinationKeys.destinationKey());
    }

    /** The NAT bits of an entry that gets the reply tuple: of ends that really changed, and that both were looked at. */
    static int status(Conntrack entry, Tuple reply) {
        if (!Status.translated(entry.status())) {
            return 0;
        }
        Tuple plain = entry.original().inverted();
        boolean icmp = Protocol.isIcmp(plain.protocol());
        boolean otherKey = reply.sourceKey() != plain.sourceKey();
        boolean destination = !reply.sameSourceAddress(plain) || (!icmp && otherKey);
        boolean source = reply.destinationHigh() != plain.destinationHigh()
                || reply.destinationLow() != plain.destinationLow()
                || reply.destinationKey() != plain.destinationKey()
                || (icmp && otherKey);
        return Status.SRC_NAT_DONE
                | Status.DST_NAT_DONE
                | (source ? Status.SRC_NAT : 0)
                | (destination ? Status.DST_NAT : 0);
    }
}
