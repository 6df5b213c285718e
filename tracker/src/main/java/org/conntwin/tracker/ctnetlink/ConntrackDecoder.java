package org.conntwin.tracker.ctnetlink;

import static org.conntwin.tracker.ctnetlink.Ctnetlink.*;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** Reads conntrack messages: dumps, answers and events alike. Not thread-safe. */
public final class ConntrackDecoder {
    private final UnknownAttributes unknown;
    private final TupleCodec tuples;

    /** Attributes that it does not know are left out and counted. */
    public ConntrackDecoder(UnknownAttributes unknown) {
        this.unknown = unknown;
        this.tuples = new TupleCodec(unknown);
    }

    /**
     * Decodes the attributes between {@code from} (behind the {@code nfgenmsg}) and {@code to} of a
     * big-endian buffer; null when they are malformed or name no flow.
     */
    public @Nullable Conntrack decode(ByteBuffer buffer, int from, int to) {
        try {
            return attributes(new AttributeCursor(buffer, from, to));
        } catch (MalformedMessageException malformed) {
            return null;
        }
    }

    private @Nullable Conntrack attributes(AttributeCursor cursor) {
        ConntrackBuilder entry = new ConntrackBuilder();
        while (cursor.advance()) {
            switch (cursor.type()) {
                case TUPLE_ORIG -> {
                    entry.original = tuples.decode(cursor.nested());
                    if (tuples.zoneSeen() != 0) {
                        entry.zone = Zone.of(tuples.zoneSeen(), Zone.Scope.ORIGINAL);
                    }
                }
                case TUPLE_REPLY -> {
                    entry.reply = tuples.decode(cursor.nested());
                    if (tuples.zoneSeen() != 0) {
                        entry.zone = Zone.of(tuples.zoneSeen(), Zone.Scope.REPLY);
                    }
                }
                case ZONE -> entry.zone = Zone.of(cursor.u16(), Zone.Scope.BOTH);
                case STATUS -> entry.status = cursor.u32();
                case TIMEOUT -> entry.timeoutSeconds = Math.max(0, cursor.u32());
                case PROTOINFO -> entry.state = protocolState(cursor.nested());
                case MARK -> entry.mark = cursor.u32();
                case LABELS -> entry.labels = new Labels(cursor.hostWords(0), cursor.hostWords(2));
                case HELP -> entry.helper = helperName(cursor.nested());
                case TUPLE_MASTER -> entry.master = tuples.decode(cursor.nested());
                case SEQ_ADJ_ORIG -> entry.originalAdjustment = adjustment(cursor.nested());
                case SEQ_ADJ_REPLY -> entry.replyAdjustment = adjustment(cursor.nested());
                case SYNPROXY -> entry.synProxy = synProxy(cursor.nested());
                case ID -> entry.id = cursor.u32();
                case COUNTERS_ORIG -> entry.accounting = counters(cursor.nested(), entry.accounting, true);
                case COUNTERS_REPLY -> entry.accounting = counters(cursor.nested(), entry.accounting, false);
                case TIMESTAMP -> entry.timestamps = timestamps(cursor.nested());
                case USE, SECMARK, SECCTX, TIMESTAMP_EVENT -> {}
                default -> unknown.count();
            }
        }
        return entry.build();
    }

    private @Nullable ProtocolState protocolState(AttributeCursor cursor) {
        ProtocolState state = null;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case PROTOINFO_TCP -> state = tcp(cursor.nested());
                case PROTOINFO_SCTP -> state = sctp(cursor.nested());
                default -> unknown.count();
            }
        }
        return state;
    }

    private TcpState tcp(AttributeCursor cursor) {
        int state = 0;
        int originalScale = 0;
        int replyScale = 0;
        int originalFlags = 0;
        int replyFlags = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case TCP_STATE -> state = cursor.u8();
                case TCP_WSCALE_ORIGINAL -> originalScale = cursor.u8();
                case TCP_WSCALE_REPLY -> replyScale = cursor.u8();
                case TCP_FLAGS_ORIGINAL -> originalFlags = cursor.u16() >>> 8;
                case TCP_FLAGS_REPLY -> replyFlags = cursor.u16() >>> 8;
                default -> unknown.count();
            }
        }
        return new TcpState(state, originalScale, replyScale, originalFlags, replyFlags);
    }

    private SctpState sctp(AttributeCursor cursor) {
        int state = 0;
        int originalTag = 0;
        int replyTag = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case SCTP_STATE -> state = cursor.u8();
                case SCTP_VTAG_ORIGINAL -> originalTag = cursor.u32();
                case SCTP_VTAG_REPLY -> replyTag = cursor.u32();
                default -> unknown.count();
            }
        }
        return new SctpState(state, originalTag, replyTag);
    }

    private @Nullable String helperName(AttributeCursor cursor) {
        String name = null;
        while (cursor.advance()) {
            // What follows the name is private to the helper.
            if (cursor.type() == HELP_NAME) {
                name = cursor.text();
            }
        }
        return name == null || name.isEmpty() ? null : name;
    }

    private @Nullable SequenceAdjustment adjustment(AttributeCursor cursor) {
        int position = 0;
        int before = 0;
        int after = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case SEQADJ_CORRECTION_POS -> position = cursor.u32();
                case SEQADJ_OFFSET_BEFORE -> before = cursor.u32();
                case SEQADJ_OFFSET_AFTER -> after = cursor.u32();
                default -> unknown.count();
            }
        }
        return new SequenceAdjustment(position, before, after);
    }

    private SynProxyOffsets synProxy(AttributeCursor cursor) {
        int isn = 0;
        int its = 0;
        int offset = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case SYNPROXY_ISN -> isn = cursor.u32();
                case SYNPROXY_ITS -> its = cursor.u32();
                case SYNPROXY_TSOFF -> offset = cursor.u32();
                default -> unknown.count();
            }
        }
        return new SynProxyOffsets(isn, its, offset);
    }

    private Accounting counters(AttributeCursor cursor, @Nullable Accounting before, boolean original) {
        long packets = 0;
        long bytes = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case COUNTERS_PACKETS -> packets = cursor.u64();
                case COUNTERS_BYTES -> bytes = cursor.u64();
                default -> unknown.count();
            }
        }
        Accounting known = before == null ? new Accounting(0, 0, 0, 0) : before;
        return original
                ? new Accounting(packets, bytes, known.replyPackets(), known.replyBytes())
                : new Accounting(known.originalPackets(), known.originalBytes(), packets, bytes);
    }

    private Timestamps timestamps(AttributeCursor cursor) {
        long start = 0;
        long stop = 0;
        while (cursor.advance()) {
            switch (cursor.type()) {
                case TIMESTAMP_START -> start = cursor.u64();
                case TIMESTAMP_STOP -> stop = cursor.u64();
                default -> unknown.count();
            }
        }
        return new Timestamps(start, stop);
    }
}
