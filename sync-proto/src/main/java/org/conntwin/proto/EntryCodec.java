package org.conntwin.proto;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/**
 * {@code Entry} of the schema to {@link Conntrack} and back, written by hand because it runs for every
 * event; tests hold it against the generated code. Counters, timestamps and ids do not travel.
 */
public final class EntryCodec {
    static final int HELPER_LONGEST = 64;

    /** The highest field of an entry that this version knows. */
    static final int LAST_FIELD = 19;

    private EntryCodec() {}

    /** Appends the entry's bytes. */
    public static void encode(Conntrack entry, WireBuffer out) {
        Zone zone = entry.zone();
        out.uint(1, Math.max(0, entry.timeoutSeconds()));
        TupleWire.write(out, 2, entry.original(), zone.originalId());
        if (!entry.reply().equals(entry.original().inverted())) {
            TupleWire.write(out, 3, entry.reply(), 0);
        }
        out.uint(4, Integer.toUnsignedLong(entry.status() & ~Status.DYING));
        ProtocolState state = entry.state();
        switch (state) {
            case null -> {}
            case TcpState tcp -> {
                out.uint(5, tcp.state() + 1);
                out.uint(6, tcp.originalScale() << 4 | tcp.replyScale());
                out.uint(7, tcp.originalFlags() << 8 | tcp.replyFlags());
            }
            case SctpState sctp -> out.uint(5, sctp.state() + 1);
        }
        out.uint(8, Integer.toUnsignedLong(entry.mark()));
        out.text(9, entry.helper());
        labels(out, entry.labels());
        Tuple master = entry.master();
        if (master != null) {
            TupleWire.write(out, 11, master, 0);
        }
        adjustment(out, 12, entry.originalAdjustment());
        adjustment(out, 13, entry.replyAdjustment());
        synProxy(out, entry.synProxy());
        if (state instanceof SctpState sctp) {
            out.fixed32(15, sctp.originalTag());
            out.fixed32(16, sctp.replyTag());
        }
        out.uint(17, scopeNumber(zone.scope()));
        if (zone.scope() == Zone.Scope.REPLY) {
            out.uint(18, zone.id());
        }
        if (state instanceof TcpState tcp && tcp.windows() != null) {
            WindowsWire.write(out, 19, tcp.windows());
        }
        UnreadFields.write(out, entry.unread());
    }

    /** The bytes of the entry's key: its original tuple with zone, as they stand in {@link #encode}'s bytes. */
    public static void encodeKey(Conntrack entry, WireBuffer out) {
        int before = out.length();
        TupleWire.write(out, 2, entry.original(), entry.zone().originalId());
        // Drop tag and length: a key is the tuple alone.
        int size = out.length() - before - 2;
        System.arraycopy(out.array(), before + 2, out.array(), before, size);
        out.truncate(before + size);
    }

    private static void labels(WireBuffer out, @Nullable Labels labels) {
        if (labels == null || labels.isEmpty()) {
            return;
        }
        byte[] bytes = new byte[16];
        Wire.LITTLE_LONG.set(bytes, 0, labels.low());
        Wire.LITTLE_LONG.set(bytes, 8, labels.high());
        int length = 16;
        while (bytes[length - 1] == 0) {
            length--;
        }
        out.bytes(10, bytes, 0, length);
    }

    private static void adjustment(WireBuffer out, int field, @Nullable SequenceAdjustment adjustment) {
        if (adjustment == null || adjustment.isIdle()) {
            return;
        }
        int start = out.beginShort(field);
        out.fixed32(1, adjustment.position());
        out.sint(2, adjustment.offsetBefore());
        out.sint(3, adjustment.offsetAfter());
        out.endShort(start);
    }

    private static void synProxy(WireBuffer out, @Nullable SynProxyOffsets proxy) {
        // The kernel shows offsets of zero on entries that no SYN proxy ever saw.
        if (proxy == null || (proxy.initialSequence() | proxy.initialTimestamp() | proxy.timestampOffset()) == 0) {
            return;
        }
        int start = out.beginShort(14);
        out.fixed32(1, proxy.initialSequence());
        out.fixed32(2, proxy.initialTimestamp());
        out.fixed32(3, proxy.timestampOffset());
        out.endShort(start);
    }

    /**
     * Reads an entry; fields that this version does not know are kept unread.
     *
     * @throws MalformedWireException when the bytes are not an entry
     */
    public static Conntrack decode(byte[] bytes, int from, int length) throws MalformedWireException {
        WireReader in = new WireReader(bytes, from, from + length);
        ConntrackBuilder entry = new ConntrackBuilder();
        int zoneId = 0;
        int scope = 0;
        int replyZone = 0;
        int state = 0;
        int scales = 0;
        int flags = 0;
        int originalTag = 0;
        int replyTag = 0;
        TcpWindows windows = null;
        UnreadFields unread = new UnreadFields(LAST_FIELD);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> entry.timeoutSeconds = Math.max(0, in.number32());
                case 2 -> {
                    TupleWire.Zoned zoned = TupleWire.read(in.nested());
                    entry.original = zoned.tuple();
                    zoneId = zoned.zone();
                }
                case 3 -> entry.reply = TupleWire.read(in.nested()).tuple();
                case 4 -> entry.status = in.number32();
                case 5 -> state = in.number32();
                case 6 -> scales = in.number32();
                case 7 -> flags = in.number32();
                case 8 -> entry.mark = in.number32();
                case 9 -> entry.helper = in.text(HELPER_LONGEST);
                case 10 -> entry.labels = labels(in);
                case 11 -> entry.master = TupleWire.read(in.nested()).tuple();
                case 12 -> entry.originalAdjustment = adjustment(in.nested());
                case 13 -> entry.replyAdjustment = adjustment(in.nested());
                case 14 -> entry.synProxy = synProxy(in.nested());
                case 15 -> originalTag = in.number32();
                case 16 -> replyTag = in.number32();
                case 17 -> scope = in.number32();
                case 18 -> replyZone = in.number32();
                case 19 -> windows = WindowsWire.read(in.nested());
                default -> unread.keep(in);
            }
        }
        entry.unread = unread.all();
        entry.zone = zone(scope, zoneId, replyZone);
        if (entry.timeoutSeconds == Conntrack.UNKNOWN) {
            entry.timeoutSeconds = 0;
        }
        Tuple original = entry.original;
        if (original != null && state > 0) {
            entry.state = original.protocol() == Protocol.SCTP
                    ? new SctpState(state - 1, originalTag, replyTag)
                    : new TcpState(
                            state - 1, scales >>> 4 & 0xf, scales & 0xf, flags >>> 8 & 0xff, flags & 0xff, windows);
        }
        Conntrack built = entry.build();
        if (built == null) {
            throw new MalformedWireException("an entry without its original tuple");
        }
        return built;
    }

    private static int scopeNumber(Zone.Scope scope) {
        return switch (scope) {
            case BOTH -> 0;
            case ORIGINAL -> 1;
            case REPLY -> 2;
        };
    }

    private static Zone zone(int scope, int id, int replyZone) throws MalformedWireException {
        return switch (scope) {
            case 0 -> Zone.of(id, Zone.Scope.BOTH);
            case 1 -> Zone.of(id, Zone.Scope.ORIGINAL);
            case 2 -> Zone.of(replyZone & 0xffff, Zone.Scope.REPLY);
            default -> throw new MalformedWireException("zone scope " + scope);
        };
    }

    private static Labels labels(WireReader in) throws MalformedWireException {
        int length = in.length();
        if (length > 16) {
            throw new MalformedWireException("labels of " + length + " bytes");
        }
        byte[] bytes = new byte[16];
        System.arraycopy(in.array(), in.start(), bytes, 0, length);
        return new Labels((long) Wire.LITTLE_LONG.get(bytes, 0), (long) Wire.LITTLE_LONG.get(bytes, 8));
    }

    private static SequenceAdjustment adjustment(WireReader in) throws MalformedWireException {
        int position = 0;
        int before = 0;
        int after = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> position = in.number32();
                case 2 -> before = in.zigzag();
                case 3 -> after = in.zigzag();
                default -> {}
            }
        }
        return new SequenceAdjustment(position, before, after);
    }

    private static SynProxyOffsets synProxy(WireReader in) throws MalformedWireException {
        int sequence = 0;
        int timestamp = 0;
        int offset = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> sequence = in.number32();
                case 2 -> timestamp = in.number32();
                case 3 -> offset = in.number32();
                default -> {}
            }
        }
        return new SynProxyOffsets(sequence, timestamp, offset);
    }
}
