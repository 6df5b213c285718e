package org.conntwin.it.differential.trace;

import java.util.ArrayList;
import java.util.List;

/** Several of the others at once between the same ends, and errors about any of them. */
final class Mixed {
    /** Something that writes packets. */
    private interface Part {
        void write(TraceBuilder trace, Dice dice);
    }

    private static final List<Part> PARTS = List.of(
            TcpNormal::write,
            TcpRandomWalk::write,
            TcpOutOfSync::write,
            TcpPickup::write,
            UdpFlows::write,
            IcmpQueries::write,
            SctpAssociation::write,
            GreFlows::write,
            GreFlows::writeUnknown,
            Fragments::write);

    private Mixed() {}

    static void write(TraceBuilder trace, Dice dice) {
        List<TraceBuilder> parts = new ArrayList<>();
        for (int i = dice.between(2, 4); i > 0; i--) {
            TraceBuilder part = new TraceBuilder(trace.ends());
            dice.of(PARTS).write(part, dice);
            parts.add(part);
        }
        trace.mix(parts, dice);
        for (int i = dice.between(0, 6); i > 0; i--) {
            IcmpErrors.error(trace, dice);
        }
    }
}
