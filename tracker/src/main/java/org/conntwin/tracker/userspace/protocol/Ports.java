package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.userspace.packet.Packet;

/** The ports that UDP, UDP-Lite and SCTP begin with. */
final class Ports {
    private static final int BYTES = 4;

    private Ports() {}

    /** Makes the ports the packet's keys; false when they are not there. */
    static boolean read(Packet packet) {
        if (packet.transportLength() < BYTES) {
            return false;
        }
        packet.key.keys = packet.i32(packet.transport);
        return true;
    }
}
