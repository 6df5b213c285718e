package org.conntwin.it.differential.trace;

import org.conntwin.it.wire.Bytes;
import org.conntwin.tracker.model.Protocol;

/** GRE of all versions, mostly 0; and protocols that have no tracker of their own. */
final class GreFlows {
    private static final int PPP = 0x880b;

    private GreFlows() {}

    static void write(TraceBuilder trace, Dice dice) {
        for (int i = dice.between(4, 24); i > 0; i--) {
            packet(trace, dice, dice.coin());
            if (dice.percent(20)) {
                IcmpErrors.error(trace, dice);
            }
        }
    }

    static void packet(TraceBuilder trace, Dice dice, boolean fromServer) {
        byte[] header = new byte[8];
        int version = dice.percent(75) ? 0 : dice.of(1, 1, 2, 3, 7);
        Bytes.put16(header, 0, dice.of(0, 0x2000, 0x1000, 0xb000) | version);
        Bytes.put16(header, 2, dice.of(0x0800, 0x6558, PPP, PPP));
        Bytes.put16(header, 4, dice.between(0, 30));
        Bytes.put16(header, 6, dice.between(0, 3));
        byte[] packet = Bytes.join(header, dice.bytes(dice.between(0, 20)));
        trace.send(fromServer, Protocol.GRE, dice.percent(15) ? Bytes.cut(packet, dice.between(0, 10)) : packet);
    }

    /** Protocols without rules. */
    static void writeUnknown(TraceBuilder trace, Dice dice) {
        // Not those that IPv6 takes for a header of its own.
        int protocol = dice.of(2, 4, 41, 46, 50, 89, 94, 99, 103, 112, 115, 137, 253, 254, 255);
        for (int i = dice.between(3, 14); i > 0; i--) {
            int number = dice.percent(80) ? protocol : dice.of(33, 50, 99, 200);
            trace.send(dice.coin(), number, dice.bytes(dice.of(0, 1, 3, 4, 8, dice.between(0, 60))));
            if (dice.percent(15)) {
                IcmpErrors.error(trace, dice);
            }
        }
    }
}
