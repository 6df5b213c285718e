package org.conntwin.tracker.userspace.flow;

import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.jspecify.annotations.Nullable;

/**
 * One tracked flow. Mutable and small: a million of them live beside each other. A flow that is not yet
 * {@link Status#CONFIRMED} belongs to its first packet alone and is in no table. Guarded by the tracker's lock.
 */
public final class Flow extends Link {
    /** Direction of the first packet. */
    public static final int ORIGINAL = 0;
    /** The other direction. */
    public static final int REPLY = 1;
    /**
     * Status bit of a flow that only answers find, as another had its original tuple before (kernel:
     * {@code IPS_NAT_CLASH}, the same number as {@link Status#UNTRACKED}).
     */
    public static final int NAT_CLASH = 0x1000;

    private static final long SECOND = 1_000_000_000L;
    private static final int USE_SHIFT = 30;

    final long sourceHigh;
    final long sourceLow;
    final long destinationHigh;
    final long destinationLow;
    /** Keys of the original direction. */
    final int keys;
    /** Keys of the reply direction. */
    int replyKeys;

    private final boolean six;
    private final byte protocol;
    /** The reply tuple when it is not the original's inverse. */
    @Nullable
    Tuple translated;

    /** Neighbours among the flows whose lives end at about the same time. */
    @Nullable
    Flow earlier;

    @Nullable
    Flow later;
    /** Where {@link Lifetimes} has it. */
    short place = Lifetimes.NOWHERE;

    private final int id;
    private final Zone zone;
    /** Bits of {@link Status}. */
    public int status;

    public int mark;
    /** When it ends, in the tracker's nanoseconds; before confirmation the nanoseconds it will have. */
    public long end;
    /** Bits of {@link EventBits} that no event has told yet. */
    public short events;
    /** When it was last used, in units of 2^30 nanoseconds, their low 16 bits. */
    private short lastUse;

    public @Nullable FlowState state;
    public @Nullable Extras extras;

    /**
     * A flow that begins with {@code key}.
     *
     * @param id the table's identifier, never 0
     * @param reply the tuple of answers
     */
    public Flow(TupleKey key, Tuple reply, Zone zone, int id) {
        six = key.family == Family.IPV6;
        protocol = (byte) key.protocol;
        sourceHigh = key.sourceHigh;
        sourceLow = key.sourceLow;
        destinationHigh = key.destinationHigh;
        destinationLow = key.destinationLow;
        keys = key.keys;
        this.zone = zone;
        this.id = id;
        answerWith(reply);
    }

    /** Sets the tuple of answers; only before confirmation. */
    public void answerWith(Tuple reply) {
        replyKeys = reply.sourceKey() << 16 | reply.destinationKey();
        boolean mirrored = reply.sourceHigh() == destinationHigh
                && reply.sourceLow() == destinationLow
                && reply.destinationHigh() == sourceHigh
                && reply.destinationLow() == sourceLow
                && reply.family() == family();
        translated = mirrored ? null : reply;
    }

    /** The tuple of the first packet. */
    public Tuple original() {
        return new Tuple(
                family(),
                protocol(),
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                keys >>> 16,
                keys & 0xffff);
    }

    /** The tuple of answers. */
    @SuppressWarnings("ArgumentSelectionDefectChecker") // the ends are swapped on purpose
    public Tuple reply() {
        Tuple other = translated;
        return other != null
                ? other
                : new Tuple(
                        family(),
                        protocol(),
                        destinationHigh,
                        destinationLow,
                        sourceHigh,
                        sourceLow,
                        replyKeys >>> 16,
                        replyKeys & 0xffff);
    }

    /** Whether answers have the original tuple's ends and keys swapped, in the same zone. */
    boolean mirrored() {
        return translated == null
                && replyKeys == Integer.rotateLeft(keys, Short.SIZE)
                && zone.originalId() == zone.replyId();
    }

    /** Fills {@code key} with the tuple of the first packet. */
    public void originalKey(TupleKey key) {
        key.family = family();
        key.protocol = protocol();
        key.sourceHigh = sourceHigh;
        key.sourceLow = sourceLow;
        key.destinationHigh = destinationHigh;
        key.destinationLow = destinationLow;
        key.keys = keys;
    }

    /** Fills {@code key} with the tuple of answers. */
    public void replyKey(TupleKey key) {
        Tuple other = translated;
        if (other != null) {
            key.set(other);
            return;
        }
        key.family = family();
        key.protocol = protocol();
        key.sourceHigh = destinationHigh;
        key.sourceLow = destinationLow;
        key.destinationHigh = sourceHigh;
        key.destinationLow = sourceLow;
        key.keys = replyKeys;
    }

    /** The tuple of {@code direction}. */
    public Tuple tuple(int direction) {
        return direction == ORIGINAL ? original() : reply();
    }

    public Family family() {
        return six ? Family.IPV6 : Family.IPV4;
    }

    /** IP protocol number, 0 to 255. */
    public int protocol() {
        return protocol & 0xff;
    }

    public Zone zone() {
        return zone;
    }

    /** The table's identifier, never 0. */
    public int id() {
        return id;
    }

    /** Whether any of the {@link Status} bits is set. */
    public boolean has(int bits) {
        return (status & bits) != 0;
    }

    /** Whether it is in the table, or was. */
    public boolean confirmed() {
        return (status & Status.CONFIRMED) != 0;
    }

    /** The extras, made when there are none yet. */
    public Extras extras() {
        Extras present = extras;
        if (present == null) {
            present = new Extras();
            extras = present;
        }
        return present;
    }

    /** Name of the helper, null for none. */
    public @Nullable String helper() {
        Extras present = extras;
        return present == null ? null : present.helper;
    }

    /** The flow it is related to, null for none. */
    public @Nullable Flow master() {
        Extras present = extras;
        return present == null ? null : present.master;
    }

    /** Gives it {@code seconds} from now, unless its lifetime is fixed. */
    public void refresh(int seconds, long now) {
        if ((status & Status.FIXED_TIMEOUT) == 0) {
            long lifetime = seconds * SECOND;
            end = confirmed() ? now + lifetime : lifetime;
        }
    }

    /** Refreshes it and counts the packet, as an accepted packet does. */
    public void refresh(int seconds, long now, int direction, int bytes) {
        refresh(seconds, now);
        count(direction, bytes);
    }

    /** Counts a packet of so many bytes where counting is on. */
    public void count(int direction, int bytes) {
        Extras more = extras;
        if (more != null && more.counted) {
            if (direction == ORIGINAL) {
                more.originalPackets++;
                more.originalBytes += bytes;
            } else {
                more.replyPackets++;
                more.replyBytes += bytes;
            }
        }
    }

    /** A packet keeps it alive. */
    public void used(long now) {
        lastUse = (short) (now >> USE_SHIFT);
    }

    /** Nanoseconds that it has not been used, at least; some 19 hours count as none, and so on. */
    public long idle(long now) {
        int units = (int) (now >> USE_SHIFT) - lastUse & 0xffff;
        return units == 0 ? 0 : units - 1L << USE_SHIFT;
    }

    /** Whether both are one flow: the same tuples in the same zones, or those of each other's direction. */
    public boolean sameAs(Flow other) {
        Tuple original = original();
        Tuple reply = reply();
        Tuple otherOriginal = other.original();
        Tuple otherReply = other.reply();
        boolean same = original.equals(otherOriginal)
                && reply.equals(otherReply)
                && zone.originalId() == other.zone.originalId()
                && zone.replyId() == other.zone.replyId();
        return same
                || (original.equals(otherReply)
                        && reply.equals(otherOriginal)
                        && zone.originalId() == other.zone.replyId()
                        && zone.replyId() == other.zone.originalId());
    }

    /** Counts the first packet of a flow that is not needed, as this one is the same. */
    public void adopt(Flow other, int packetDirection) {
        Extras more = other.extras;
        if (more != null && more.counted) {
            count(packetDirection, (int) (packetDirection == ORIGINAL ? more.originalBytes : more.replyBytes));
        }
    }

    /** Whether its life is over at {@code now}. */
    public boolean ended(long now) {
        return end <= now;
    }

    /** Whole seconds left at {@code now}, 0 when over; before confirmation those that it will have. */
    public int secondsLeft(long now) {
        long left = confirmed() ? end - now : end;
        return left <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, left / SECOND);
    }

    /** The entry as it is at {@code now}, everything in it. */
    public Conntrack entry(long now) {
        Extras more = extras;
        FlowState protocolState = state;
        Flow master = master();
        return new Conntrack(
                original(),
                reply(),
                zone,
                status,
                secondsLeft(now),
                protocolState == null ? null : protocolState.model(),
                mark,
                more == null ? null : more.labels,
                more == null ? null : more.helper,
                master == null ? null : master.original(),
                more == null ? null : more.originalAdjustment,
                more == null ? null : more.replyAdjustment,
                more == null ? null : more.synProxy,
                id,
                more == null || !more.counted
                        ? null
                        : new Accounting(more.originalPackets, more.originalBytes, more.replyPackets, more.replyBytes),
                more == null || more.started == 0 ? null : new Timestamps(more.started, more.stopped),
                null);
    }

    /** The same, and whoever reads it will hear of its end, also when its beginning was held back. */
    public Conntrack read(long now) {
        events &= ~EventBits.NEW;
        return entry(now);
    }
}
