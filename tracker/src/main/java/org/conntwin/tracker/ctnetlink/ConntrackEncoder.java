package org.conntwin.tracker.ctnetlink;

import static org.conntwin.tracker.ctnetlink.Ctnetlink.*;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.jspecify.annotations.Nullable;

/** Writes the requests that make, change and remove conntracks. */
public final class ConntrackEncoder {
    /** No request for one entry is longer. */
    public static final int MAX_BYTES = 1024;

    private static final int NEW = type(SUBSYSTEM, MESSAGE_NEW);
    private static final int GET = type(SUBSYSTEM, MESSAGE_GET);
    private static final int DELETE = type(SUBSYSTEM, MESSAGE_DELETE);

    private ConntrackEncoder() {}

    /**
     * A request that makes the entry and fails when its tuple is taken. A translated flow is sent with the
     * plain inverse as reply and its translations as NAT ranges of one address and one port: from these
     * the kernel derives the reply tuple and the NAT bits, which it accepts in no other way.
     */
    public static void insert(MessageWriter out, int sequence, Conntrack entry) {
        Tuple original = entry.original();
        out.begin(
                NEW,
                Netlink.FLAG_REQUEST | Netlink.FLAG_CREATE | Netlink.FLAG_EXCLUSIVE,
                sequence,
                original.family().number(),
                0);
        boolean translated = Status.translated(entry.status());
        key(out, entry);
        Tuple reply = translated ? original.inverted() : entry.reply();
        TupleCodec.encode(out, TUPLE_REPLY, reply, zoneWithin(entry.zone(), Zone.Scope.REPLY));
        out.put32(STATUS, Status.CONFIRMED | (entry.status() & Status.SETTABLE));
        out.put32(TIMEOUT, Math.max(0, entry.timeoutSeconds()));
        if (entry.mark() != 0) {
            out.put32(MARK, entry.mark());
        }
        protocolState(out, entry.state());
        String helper = entry.helper();
        if (helper != null) {
            int nest = out.beginNest(HELP);
            out.putString(HELP_NAME, helper);
            out.endNest(nest);
        }
        if (entry.has(Status.DST_NAT)) {
            Tuple back = entry.reply();
            translation(out, NAT_DST, back, back.sourceHigh(), back.sourceLow(), back.sourceKey());
        }
        if (entry.has(Status.SRC_NAT)) {
            Tuple back = entry.reply();
            int key = Protocol.isIcmp(back.protocol()) ? back.sourceKey() : back.destinationKey();
            translation(out, NAT_SRC, back, back.destinationHigh(), back.destinationLow(), key);
        }
        Tuple master = entry.master();
        if (master != null) {
            TupleCodec.encode(out, TUPLE_MASTER, master, 0);
        }
        extensions(out, entry);
        out.end();
    }

    /**
     * A request that changes an existing entry; addresses, helper and master are not sent, as the kernel
     * refuses them. Status 0 means that the status is left alone. The kernel refuses to change a fixed
     * lifetime, and the rest of the request with it: it is not sent.
     */
    public static void update(MessageWriter out, int sequence, Conntrack entry) {
        out.begin(NEW, Netlink.FLAG_REQUEST, sequence, entry.original().family().number(), 0);
        key(out, entry);
        if (entry.status() != 0) {
            int settable = entry.status() & (Status.SETTABLE | Status.EXPECTED);
            out.put32(STATUS, Status.CONFIRMED | settable);
        }
        // The kernel does not let anyone touch the timer of a fixed timeout.
        if (entry.timeoutSeconds() != Conntrack.UNKNOWN && !entry.has(Status.FIXED_TIMEOUT)) {
            out.put32(TIMEOUT, entry.timeoutSeconds());
        }
        out.put32(MARK, entry.mark());
        protocolState(out, entry.state());
        extensions(out, entry);
        Labels labels = entry.labels();
        if (labels != null && labels.isEmpty()) {
            out.putHostWords(LABELS, 0, 0);
        }
        out.end();
    }

    /** A request for the entry with this original tuple and zone. */
    public static void get(MessageWriter out, int sequence, Tuple original, Zone zone) {
        out.begin(GET, Netlink.FLAG_REQUEST, sequence, original.family().number(), 0);
        key(out, original, zone);
        out.end();
    }

    /** A request that removes the entry with this original tuple and zone. */
    public static void delete(MessageWriter out, int sequence, Conntrack entry) {
        out.begin(
                DELETE,
                Netlink.FLAG_REQUEST,
                sequence,
                entry.original().family().number(),
                0);
        key(out, entry);
        out.end();
    }

    private static void key(MessageWriter out, Conntrack entry) {
        key(out, entry.original(), entry.zone());
    }

    private static void key(MessageWriter out, Tuple original, Zone zone) {
        TupleCodec.encode(out, TUPLE_ORIG, original, zoneWithin(zone, Zone.Scope.ORIGINAL));
        if (zone.id() != 0 && zone.scope() == Zone.Scope.BOTH) {
            out.put16(ZONE, zone.id());
        }
    }

    private static int zoneWithin(Zone zone, Zone.Scope scope) {
        return zone.scope() == scope ? zone.id() : 0;
    }

    private static void protocolState(MessageWriter out, @Nullable ProtocolState state) {
        switch (state) {
            case null -> {}
            case TcpState tcp -> {
                int info = out.beginNest(PROTOINFO);
                int nest = out.beginNest(PROTOINFO_TCP);
                out.put8(TCP_STATE, tcp.state());
                out.put8(TCP_WSCALE_ORIGINAL, tcp.originalScale());
                out.put8(TCP_WSCALE_REPLY, tcp.replyScale());
                out.putPair(TCP_FLAGS_ORIGINAL, tcp.originalFlags(), 0xff);
                out.putPair(TCP_FLAGS_REPLY, tcp.replyFlags(), 0xff);
                out.endNest(nest);
                out.endNest(info);
            }
            case SctpState sctp -> {
                int info = out.beginNest(PROTOINFO);
                int nest = out.beginNest(PROTOINFO_SCTP);
                out.put8(SCTP_STATE, sctp.state());
                out.put32(SCTP_VTAG_ORIGINAL, sctp.originalTag());
                out.put32(SCTP_VTAG_REPLY, sctp.replyTag());
                out.endNest(nest);
                out.endNest(info);
            }
        }
    }

    private static void translation(
            MessageWriter out, int type, Tuple reply, long addressHigh, long addressLow, int key) {
        int nest = out.beginNest(type);
        if (reply.family() == Family.IPV4) {
            out.put32(NAT_V4_MINIP, (int) addressLow);
            out.put32(NAT_V4_MAXIP, (int) addressLow);
        } else {
            out.put128(NAT_V6_MINIP, addressHigh, addressLow);
            out.put128(NAT_V6_MAXIP, addressHigh, addressLow);
        }
        boolean keyed = Protocol.hasPorts(reply.protocol())
                || reply.protocol() == Protocol.GRE
                || (Protocol.isIcmp(reply.protocol()) && type == NAT_SRC);
        if (keyed) {
            int proto = out.beginNest(NAT_PROTO);
            out.put16(PROTONAT_PORT_MIN, key);
            out.put16(PROTONAT_PORT_MAX, key);
            out.endNest(proto);
        }
        out.endNest(nest);
    }

    private static void extensions(MessageWriter out, Conntrack entry) {
        adjustment(out, SEQ_ADJ_ORIG, entry.originalAdjustment());
        adjustment(out, SEQ_ADJ_REPLY, entry.replyAdjustment());
        Labels labels = entry.labels();
        if (labels != null && !labels.isEmpty()) {
            out.putHostWords(LABELS, labels.low(), labels.high());
        }
        SynProxyOffsets proxy = entry.synProxy();
        if (proxy != null) {
            int nest = out.beginNest(SYNPROXY);
            out.put32(SYNPROXY_ISN, proxy.initialSequence());
            out.put32(SYNPROXY_ITS, proxy.initialTimestamp());
            out.put32(SYNPROXY_TSOFF, proxy.timestampOffset());
            out.endNest(nest);
        }
    }

    private static void adjustment(MessageWriter out, int type, @Nullable SequenceAdjustment adjustment) {
        if (adjustment == null || adjustment.isIdle()) {
            return;
        }
        int nest = out.beginNest(type);
        out.put32(SEQADJ_CORRECTION_POS, adjustment.position());
        out.put32(SEQADJ_OFFSET_BEFORE, adjustment.offsetBefore());
        out.put32(SEQADJ_OFFSET_AFTER, adjustment.offsetAfter());
        out.endNest(nest);
    }
}
