package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Packet;

/** ICMP (RFC 792, 950) as Linux 6.18 tracks it: queries and their answers are flows, errors belong to other flows. */
public final class IcmpTracker implements ProtocolTracker {
    private static final int ECHO_REPLY = 0;
    private static final int UNREACHABLE = 3;
    private static final int SOURCE_QUENCH = 4;
    private static final int REDIRECT = 5;
    private static final int ECHO = 8;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;
    private static final int TIMESTAMP = 13;
    private static final int TIMESTAMP_REPLY = 14;
    private static final int INFORMATION = 15;
    private static final int INFORMATION_REPLY = 16;
    private static final int ADDRESS_MASK = 17;
    private static final int ADDRESS_MASK_REPLY = 18;

    private static final int IP_HEADER = 20;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    private final int timeout;
    private final boolean checksum;

    /**
     * A tracker of ICMP.
     *
     * @param timeout lifetime in seconds
     * @param checksum whether messages with a wrong checksum are invalid
     */
    public IcmpTracker(int timeout, boolean checksum) {
        this.timeout = timeout;
        this.checksum = checksum;
    }

    @Override
    public Admission admit(Packet packet, Packet inner) {
        if (packet.family() == Family.IPV6) {
            return Admission.TRACKED;
        }
        if (packet.transportLength() < IcmpKeys.HEADER || (checksum && !Checksums.plainValid(packet))) {
            return Admission.INVALID;
        }
        return switch (packet.u8(packet.transport)) {
            case UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM ->
                readInner(packet, packet.transport + IcmpKeys.HEADER, inner) ? Admission.ERROR : Admission.INVALID;
            default -> packet.u8(packet.transport) > ADDRESS_MASK_REPLY ? Admission.INVALID : Admission.TRACKED;
        };
    }

    /** Version and length of the packet inside, cut as it usually is, are nothing to the kernel. */
    private static boolean readInner(Packet packet, int at, Packet inner) {
        int end = packet.start + packet.length;
        if (end - at < IP_HEADER || (packet.u16(at + 6) & FRAGMENT_OFFSET) != 0) {
            return false;
        }
        inner.bytes = packet.bytes;
        inner.start = at;
        inner.length = end - at;
        inner.transport = at + ((packet.u8(at) & 0xf) << 2);
        inner.key.family = Family.IPV4;
        inner.key.protocol = packet.u8(at + 9);
        inner.key.sourceHigh = 0;
        inner.key.sourceLow = Integer.toUnsignedLong(packet.i32(at + 12));
        inner.key.destinationHigh = 0;
        inner.key.destinationLow = Integer.toUnsignedLong(packet.i32(at + 16));
        return inner.transport <= end;
    }

    @Override
    public boolean keys(Packet packet) {
        return IcmpKeys.read(packet);
    }

    @Override
    public boolean invertible(Packet packet) {
        int type = packet.key.destinationKey() >>> 8;
        return query(type) || answer(type);
    }

    @Override
    public Judgement track(Flow flow, Packet packet, int direction, long now) {
        int type = packet.key.destinationKey() >>> 8;
        if (packet.family() == Family.IPV6 || !(direction == Flow.ORIGINAL ? query(type) : answer(type))) {
            return Judgement.INVALID;
        }
        flow.refresh(timeout, now, direction, packet.length);
        return Judgement.ACCEPT;
    }

    private static boolean query(int type) {
        return switch (type) {
            case ECHO, TIMESTAMP, INFORMATION, ADDRESS_MASK -> true;
            default -> false;
        };
    }

    private static boolean answer(int type) {
        return switch (type) {
            case ECHO_REPLY, TIMESTAMP_REPLY, INFORMATION_REPLY, ADDRESS_MASK_REPLY -> true;
            default -> false;
        };
    }
}
