package org.conntwin.node.command;

import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** One {@code <flow>} a line, in the shape that {@code conntrack -o xml} prints. */
final class XmlFormat implements EntryFormat {
    @Override
    public void append(StringBuilder out, Conntrack entry, Shown shown) {
        out.append("<flow>");
        Zone zone = entry.zone();
        Accounting counted = entry.accounting();
        direction(out, "original", entry.original(), zone.scope() == Zone.Scope.ORIGINAL ? zone.id() : 0);
        if (counted != null) {
            counters(out, counted.originalPackets(), counted.originalBytes());
        }
        out.append("</meta>");
        direction(out, "reply", entry.reply(), zone.scope() == Zone.Scope.REPLY ? zone.id() : 0);
        if (counted != null) {
            counters(out, counted.replyPackets(), counted.replyBytes());
        }
        out.append("</meta>");
        out.append("<meta direction=\"independent\">");
        if (entry.state() != null) {
            element(out, "state", entry.state().stateName());
        }
        element(out, "timeout", Math.max(0, entry.timeoutSeconds()));
        element(out, "mark", Integer.toUnsignedLong(entry.mark()));
        if (zone.id() != 0 && zone.scope() == Zone.Scope.BOTH) {
            element(out, "zone", zone.id());
        }
        if (entry.helper() != null) {
            element(out, "helper", escaped(entry.helper()));
        }
        labels(out, entry.labels());
        if (!entry.has(Status.SEEN_REPLY)) {
            out.append("<unreplied/>");
        }
        if (entry.has(Status.ASSURED)) {
            out.append("<assured/>");
        }
        Timestamps times = entry.timestamps();
        if (times != null) {
            out.append("<timestamp>");
            element(out, "start", times.startNanos());
            if (times.stopNanos() != 0) {
                element(out, "stop", times.stopNanos());
            }
            out.append("</timestamp>");
        }
        shown(out, shown);
        out.append("</meta></flow>");
    }

    private static void labels(StringBuilder out, @Nullable Labels labels) {
        if (labels == null || labels.isEmpty()) {
            return;
        }
        out.append("<labels>");
        for (int i = 0; i < 128; i++) {
            if (labels.has(i)) {
                element(out, "label", i);
            }
        }
        out.append("</labels>");
    }

    @Override
    public void append(StringBuilder out, Expectation expectation, Shown shown) {
        out.append("<expectation>");
        direction(out, "expected", expectation.tuple(), 0);
        out.append("</meta>");
        direction(out, "mask", expectation.mask(), 0);
        out.append("</meta>");
        direction(out, "master", expectation.master(), 0);
        out.append("</meta>");
        out.append("<meta direction=\"independent\">");
        element(out, "timeout", Math.max(0, expectation.timeoutSeconds()));
        element(out, "class", expectation.expectClass());
        if (expectation.helper() != null) {
            element(out, "helper", escaped(expectation.helper()));
        }
        shown(out, shown);
        out.append("</meta></expectation>");
    }

    private static void shown(StringBuilder out, Shown shown) {
        if (shown.activeSeconds() >= 0) {
            element(out, "active", shown.activeSeconds());
        }
        if (shown.origin() != null) {
            element(out, "origin", escaped(shown.origin()));
        }
    }

    /** Opens a direction, which whoever has nothing to add to it closes. */
    private static void direction(StringBuilder out, String name, Tuple tuple, int zone) {
        boolean ipv4 = tuple.family() == Family.IPV4;
        out.append("<meta direction=\"").append(name).append("\"><layer3 protonum=\"");
        out.append(tuple.family().number())
                .append("\" protoname=\"")
                .append(ipv4 ? "ipv4" : "ipv6")
                .append("\"><src>");
        Addresses.append(out, tuple.family(), tuple.sourceHigh(), tuple.sourceLow());
        out.append("</src><dst>");
        Addresses.append(out, tuple.family(), tuple.destinationHigh(), tuple.destinationLow());
        out.append("</dst></layer3><layer4 protonum=\"")
                .append(tuple.protocol())
                .append("\" protoname=\"");
        out.append(Protocol.name(tuple.protocol())).append("\">");
        if (Protocol.hasPorts(tuple.protocol())) {
            element(out, "sport", tuple.sourceKey());
            element(out, "dport", tuple.destinationKey());
        } else if (Protocol.isIcmp(tuple.protocol())) {
            element(out, "type", tuple.icmpType());
            element(out, "code", tuple.icmpCode());
            element(out, "id", tuple.sourceKey());
        } else if (tuple.protocol() == Protocol.GRE) {
            element(out, "srckey", "0x" + Integer.toHexString(tuple.sourceKey()));
            element(out, "dstkey", "0x" + Integer.toHexString(tuple.destinationKey()));
        }
        out.append("</layer4>");
        if (zone != 0) {
            element(out, "zone", zone);
        }
    }

    private static void counters(StringBuilder out, long packets, long bytes) {
        out.append("<counters>");
        element(out, "packets", packets);
        element(out, "bytes", bytes);
        out.append("</counters>");
    }

    private static void element(StringBuilder out, String name, Object value) {
        out.append('<')
                .append(name)
                .append('>')
                .append(value)
                .append("</")
                .append(name)
                .append('>');
    }

    private static String escaped(String text) {
        // XML has no control characters, and an entry is one line.
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
