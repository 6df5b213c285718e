package org.conntwin.tracker.ctnetlink;

import static org.conntwin.tracker.ctnetlink.Ctnetlink.*;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.netlink.MessageWriter;

/** {@code CTA_TUPLE_*} to {@link Tuple} and back. */
final class TupleCodec {
    private final UnknownAttributes unknown;
    private int zoneSeen;

    TupleCodec(UnknownAttributes unknown) {
        this.unknown = unknown;
    }

    /** Zone within the tuple that was decoded last, 0 when there was none. */
    int zoneSeen() {
        return zoneSeen;
    }

    Tuple decode(AttributeCursor attributes) {
        zoneSeen = 0;
        Family family = Family.IPV4;
        long sourceHigh = 0;
        long sourceLow = 0;
        long destinationHigh = 0;
        long destinationLow = 0;
        int protocol = 0;
        int sourceKey = 0;
        int destinationKey = 0;
        while (attributes.advance()) {
            switch (attributes.type()) {
                case TUPLE_IP -> {
                    AttributeCursor ip = attributes.nested();
                    while (ip.advance()) {
                        switch (ip.type()) {
                            case IP_V4_SRC -> sourceLow = Integer.toUnsignedLong(ip.u32());
                            case IP_V4_DST -> destinationLow = Integer.toUnsignedLong(ip.u32());
                            case IP_V6_SRC -> {
                                family = Family.IPV6;
                                sourceHigh = ip.high64();
                                sourceLow = ip.low64();
                            }
                            case IP_V6_DST -> {
                                family = Family.IPV6;
                                destinationHigh = ip.high64();
                                destinationLow = ip.low64();
                            }
                            default -> unknown.count();
                        }
                    }
                }
                case TUPLE_PROTO -> {
                    AttributeCursor proto = attributes.nested();
                    while (proto.advance()) {
                        switch (proto.type()) {
                            case PROTO_NUM -> protocol = proto.u8();
                            case PROTO_SRC_PORT, PROTO_ICMP_ID, PROTO_ICMPV6_ID -> sourceKey = proto.u16();
                            case PROTO_DST_PORT -> destinationKey = proto.u16();
                            case PROTO_ICMP_TYPE, PROTO_ICMPV6_TYPE -> destinationKey |= proto.u8() << 8;
                            case PROTO_ICMP_CODE, PROTO_ICMPV6_CODE -> destinationKey |= proto.u8();
                            default -> unknown.count();
                        }
                    }
                }
                case TUPLE_ZONE -> zoneSeen = attributes.u16();
                default -> unknown.count();
            }
        }
        return new Tuple(
                family, protocol, sourceHigh, sourceLow, destinationHigh, destinationLow, sourceKey, destinationKey);
    }

    /** Writes the tuple as attribute {@code type}, with its own zone unless that is 0. */
    static void encode(MessageWriter out, int type, Tuple tuple, int zone) {
        int nest = out.beginNest(type);
        int ip = out.beginNest(TUPLE_IP);
        if (tuple.family() == Family.IPV4) {
            out.put32(IP_V4_SRC, (int) tuple.sourceLow());
            out.put32(IP_V4_DST, (int) tuple.destinationLow());
        } else {
            out.put128(IP_V6_SRC, tuple.sourceHigh(), tuple.sourceLow());
            out.put128(IP_V6_DST, tuple.destinationHigh(), tuple.destinationLow());
        }
        out.endNest(ip);
        int proto = out.beginNest(TUPLE_PROTO);
        out.put8(PROTO_NUM, tuple.protocol());
        switch (tuple.protocol()) {
            case Protocol.ICMP -> {
                out.put16(PROTO_ICMP_ID, tuple.sourceKey());
                out.put8(PROTO_ICMP_TYPE, tuple.icmpType());
                out.put8(PROTO_ICMP_CODE, tuple.icmpCode());
            }
            case Protocol.ICMPV6 -> {
                out.put16(PROTO_ICMPV6_ID, tuple.sourceKey());
                out.put8(PROTO_ICMPV6_TYPE, tuple.icmpType());
                out.put8(PROTO_ICMPV6_CODE, tuple.icmpCode());
            }
            case Protocol.TCP, Protocol.UDP, Protocol.UDPLITE, Protocol.SCTP, Protocol.DCCP, Protocol.GRE -> {
                out.put16(PROTO_SRC_PORT, tuple.sourceKey());
                out.put16(PROTO_DST_PORT, tuple.destinationKey());
            }
            default -> {}
        }
        out.endNest(proto);
        if (zone != 0) {
            out.put16(TUPLE_ZONE, zone);
        }
        out.endNest(nest);
    }
}
