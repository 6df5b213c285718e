package org.conntwin.tracker.userspace.track;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/**
 * A rule that translates new flows. Conditions are about the first packet as it is where the rule stands: destination
 * rules before routing, source rules behind it, when its destination may be translated already. Immutable.
 *
 * @param kind what is changed
 * @param source where it must come from, null for anywhere
 * @param destination where it must go to, null for anywhere
 * @param protocol IP protocol number, -1 for any
 * @param port destination port, 0 for any
 * @param out device by which it must leave, null for any; such a rule does not match where the device is not known
 * @param to the new address, null only for {@link Kind#MASQUERADE}; the rule is for packets of its family
 * @param toPort the new destination port, 0 to keep it
 * @param firstPort first of the source ports to choose from, 0 for the kernel's usual classes
 * @param lastPort last of them
 */
public record NatRule(
        Kind kind,
        @Nullable Prefix source,
        @Nullable Prefix destination,
        int protocol,
        int port,
        @Nullable String out,
        Addresses.@Nullable Parsed to,
        int toPort,
        int firstPort,
        int lastPort) {

    /** What a rule changes. */
    public enum Kind {
        /** The source, to a given address. */
        SOURCE,
        /** The destination, to a given address. */
        DESTINATION,
        /** The source, to the address that the machine has towards the destination. */
        MASQUERADE
    }

    /**
     * Addresses that begin with the same bits.
     *
     * @param high upper half, as in a tuple
     * @param low lower half
     * @param bits how many count, 0 to 32 or 128
     */
    public record Prefix(Family family, long high, long low, int bits) {
        boolean holds(Family other, long otherHigh, long otherLow) {
            if (other != family) {
                return false;
            }
            if (family == Family.IPV4) {
                return bits == 0 || (otherLow ^ low) >>> 32 - bits == 0;
            }
            int upper = Math.min(bits, Long.SIZE);
            int lower = bits - upper;
            return (upper == 0 || (otherHigh ^ high) >>> Long.SIZE - upper == 0)
                    && (lower == 0 || (otherLow ^ low) >>> Long.SIZE - lower == 0);
        }
    }

    /**
     * Whether the rule is for a packet.
     *
     * @param packet its tuple as it is now
     * @param device name of the device by which it leaves, null when it is not known
     */
    public boolean matches(TupleKey packet, @Nullable String device) {
        return (to == null || to.family() == packet.family)
                && (protocol < 0 || protocol == packet.protocol)
                && (port == 0 || (Protocol.hasPorts(packet.protocol) && port == packet.destinationKey()))
                && (source == null || source.holds(packet.family, packet.sourceHigh, packet.sourceLow))
                && (destination == null
                        || destination.holds(packet.family, packet.destinationHigh, packet.destinationLow))
                && (out == null || out.equals(device));
    }
}
