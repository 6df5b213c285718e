package org.conntwin.tracker.text;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;

/** A tuple as {@code conntrack} prints it: addresses, then what keys its protocol has. */
final class TupleText {
    private TupleText() {}

    /** Appends {@code src=… dst=…} and the keys, each followed by a blank. */
    static void append(StringBuilder out, Tuple tuple) {
        addresses(out, tuple, "src=", "dst=");
        keys(out, tuple);
    }

    static void addresses(StringBuilder out, Tuple tuple, String sourceName, String destinationName) {
        out.append(sourceName);
        Addresses.append(out, tuple.family(), tuple.sourceHigh(), tuple.sourceLow());
        out.append(' ').append(destinationName);
        Addresses.append(out, tuple.family(), tuple.destinationHigh(), tuple.destinationLow());
        out.append(' ');
    }

    static void keys(StringBuilder out, Tuple tuple) {
        switch (tuple.protocol()) {
            case Protocol.TCP, Protocol.UDP, Protocol.UDPLITE, Protocol.SCTP, Protocol.DCCP ->
                out.append("sport=")
                        .append(tuple.sourceKey())
                        .append(" dport=")
                        .append(tuple.destinationKey())
                        .append(' ');
            case Protocol.ICMP, Protocol.ICMPV6 ->
                out.append("type=")
                        .append(tuple.icmpType())
                        .append(" code=")
                        .append(tuple.icmpCode())
                        .append(" id=")
                        .append(tuple.sourceKey())
                        .append(' ');
            case Protocol.GRE ->
                out.append("srckey=0x")
                        .append(Integer.toHexString(tuple.sourceKey()))
                        .append(" dstkey=0x")
                        .append(Integer.toHexString(tuple.destinationKey()))
                        .append(' ');
            default -> {}
        }
    }
}
