package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;

/**
 * ICMPv6 (RFC 4443, 4620) as Linux 6.18 tracks it: queries and their answers are flows, errors and redirects belong to
 * other flows; discovery of neighbours, listeners and multicast routers (RFC 4286, its termination excepted) to none.
 */
public final class Icmpv6Tracker implements ProtocolTracker {
    private static final int FIRST_INFORMATION = 128;
    private static final int ECHO = 128;
    private static final int ECHO_REPLY = 129;
    private static final int LISTENER_QUERY = 130;
    private static final int LISTENER_REPORT = 131;
    private static final int LISTENER_DONE = 132;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int ROUTER_ADVERTISEMENT = 134;
    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int REDIRECT = 137;
    private static final int NODE_INFORMATION_QUERY = 139;
    private static final int NODE_INFORMATION_REPLY = 140;
    private static final int LISTENER_REPORT_2 = 143;
    private static final int MULTICAST_ROUTER_ADVERTISEMENT = 151;
    private static final int MULTICAST_ROUTER_SOLICITATION = 152;

    private static final int IP_HEADER = 40;
    private static final int REDIRECT_HEADER = 40;
    private static final int OPTION_HEADER = 2;
    private static final int REDIRECTED_PACKET = 4;
    private static final int REDIRECTED_HEADER = 8;
    /** The upper ten bits of a link-local address. */
    private static final int LINK_LOCAL = 0xfe80 >>> 6;

    private final int timeout;
    private final boolean checksum;
    private final PacketReader reader = new PacketReader(false);

    /**
     * A tracker of ICMPv6.
     *
     * @param timeout lifetime in seconds
     * @param checksum whether messages with a wrong checksum are invalid
     */
    public Icmpv6Tracker(int timeout, boolean checksum) {
        this.timeout = timeout;
        this.checksum = checksum;
    }

    @Override
    public Admission admit(Packet packet, Packet inner) {
        if (packet.family() == Family.IPV4) {
            return Admission.TRACKED;
        }
        if (packet.transportLength() < IcmpKeys.HEADER
                || (checksum && !Checksums.transportValid(packet, Protocol.ICMPV6))) {
            return Admission.INVALID;
        }
        int type = packet.u8(packet.transport);
        return switch (type) {
            case LISTENER_QUERY,
                    LISTENER_REPORT,
                    LISTENER_DONE,
                    ROUTER_SOLICITATION,
                    ROUTER_ADVERTISEMENT,
                    NEIGHBOUR_SOLICITATION,
                    NEIGHBOUR_ADVERTISEMENT,
                    LISTENER_REPORT_2,
                    MULTICAST_ROUTER_ADVERTISEMENT,
                    MULTICAST_ROUTER_SOLICITATION -> Admission.UNTRACKED;
            case REDIRECT -> redirect(packet, inner);
            default ->
                type >= FIRST_INFORMATION
                        ? Admission.TRACKED
                        : error(packet, packet.transport + IcmpKeys.HEADER, inner);
        };
    }

    /** A redirect is an error about the packet in its option, if that is the first one; otherwise nothing. */
    private Admission redirect(Packet packet, Packet inner) {
        int there = packet.transportLength();
        int option = packet.transport + REDIRECT_HEADER;
        if (there < REDIRECT_HEADER) {
            return Admission.INVALID;
        }
        if (packet.u8(packet.transport + 1) != 0) {
            return Admission.TRACKED;
        }
        boolean fromRouter = packet.u8(packet.start + 7) == 255 && packet.key.sourceHigh >>> 54 == LINK_LOCAL;
        if (!fromRouter || there < REDIRECT_HEADER + OPTION_HEADER || packet.u8(option + 1) == 0) {
            return Admission.INVALID;
        }
        return packet.u8(option) == REDIRECTED_PACKET
                ? error(packet, option + REDIRECTED_HEADER, inner)
                : Admission.TRACKED;
    }

    private Admission error(Packet packet, int at, Packet inner) {
        int there = packet.start + packet.length - at;
        if (there < IP_HEADER) {
            return Admission.INVALID;
        }
        inner.bytes = packet.bytes;
        inner.start = at;
        inner.length = there;
        inner.key.family = Family.IPV6;
        inner.key.sourceHigh = packet.i64(at + 8);
        inner.key.sourceLow = packet.i64(at + 16);
        inner.key.destinationHigh = packet.i64(at + 24);
        inner.key.destinationLow = packet.i64(at + 32);
        return reader.unfragmented(inner) == PacketShape.WHOLE ? Admission.ERROR : Admission.INVALID;
    }

    @Override
    public boolean keys(Packet packet) {
        return IcmpKeys.read(packet);
    }

    @Override
    public boolean invertible(Packet packet) {
        return switch (packet.key.destinationKey() >>> 8) {
            case ECHO, ECHO_REPLY, NODE_INFORMATION_QUERY, NODE_INFORMATION_REPLY -> true;
            default -> false;
        };
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        int type = packet.key.destinationKey() >>> 8;
        if (packet.family() == Family.IPV4 || (!flow.confirmed() && type != ECHO && type != NODE_INFORMATION_QUERY)) {
            return Judgement.INVALID;
        }
        flow.refresh(timeout, now, direction, packet.length);
        return Judgement.ACCEPT;
    }
}
