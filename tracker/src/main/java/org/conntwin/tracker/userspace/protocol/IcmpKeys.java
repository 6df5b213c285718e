package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.userspace.packet.Packet;

/** The keys of ICMP and ICMPv6: identifier, type and code. */
final class IcmpKeys {
    static final int HEADER = 8;

    private IcmpKeys() {}

    /** Makes the identifier the source key, type and code the destination key; false when they are not there. */
    static boolean read(Packet packet) {
        if (packet.transportLength() < HEADER) {
            return false;
        }
        packet.key.keys = packet.u16(packet.transport + 4) << 16 | packet.u16(packet.transport);
        return true;
    }
}
