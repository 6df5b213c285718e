package org.conntwin.proto;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;

/** {@code Tuple} of the schema to {@link Tuple} and back. */
final class TupleWire {
    private TupleWire() {}

    static void write(WireBuffer out, int field, Tuple tuple, int zone) {
        int start = out.beginShort(field);
        if (tuple.family() == Family.IPV4) {
            out.fixed32(1, (int) tuple.sourceLow());
            out.fixed32(2, (int) tuple.destinationLow());
        } else {
            out.address(3, tuple.sourceHigh(), tuple.sourceLow());
            out.address(4, tuple.destinationHigh(), tuple.destinationLow());
        }
        out.fixed32(5, tuple.sourceKey() << 16 | tuple.destinationKey());
        out.uint(6, tuple.protocol());
        out.uint(7, zone);
        out.endShort(start);
    }

    /** A tuple and the zone that stood in it. */
    record Zoned(Tuple tuple, int zone) {}

    static Zoned read(WireReader in) throws MalformedWireException {
        Family family = Family.IPV4;
        long sourceHigh = 0;
        long sourceLow = 0;
        long destinationHigh = 0;
        long destinationLow = 0;
        int keys = 0;
        int protocol = 0;
        int zone = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> sourceLow = Integer.toUnsignedLong(in.number32());
                case 2 -> destinationLow = Integer.toUnsignedLong(in.number32());
                case 3 -> {
                    family = Family.IPV6;
                    sourceHigh = in.high64();
                    sourceLow = in.low64();
                }
                case 4 -> {
                    family = Family.IPV6;
                    destinationHigh = in.high64();
                    destinationLow = in.low64();
                }
                case 5 -> keys = in.number32();
                case 6 -> protocol = in.number32();
                case 7 -> zone = in.number32();
                default -> {}
            }
        }
        if (protocol < 0 || protocol > 255 || zone < 0 || zone > 0xffff) {
            throw new MalformedWireException("a tuple of protocol " + protocol + " in zone " + zone);
        }
        Tuple tuple = new Tuple(
                family, protocol, sourceHigh, sourceLow, destinationHigh, destinationLow, keys >>> 16, keys & 0xffff);
        return new Zoned(tuple, zone);
    }
}
