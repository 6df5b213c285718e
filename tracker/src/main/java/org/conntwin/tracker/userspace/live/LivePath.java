package org.conntwin.tracker.userspace.live;

import java.nio.ByteBuffer;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.queue.PacketQueue;
import org.conntwin.tracker.queue.PacketReceiver;
import org.conntwin.tracker.queue.QueuedPacket;
import org.conntwin.tracker.queue.Verdicts;
import org.conntwin.tracker.userspace.PacketBurst;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.packet.PartialChecksum;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one queue: those that come in get their state into their mark, those that go out are confirmed. What is
 * between the passes is shared with the other queues. One thread; allocates nothing for packets of known flows.
 */
final class LivePath implements PacketReceiver {
    private static final System.Logger LOG = System.getLogger(LivePath.class.getName());
    private static final int PREROUTING = 0;
    private static final int INPUT = 1;
    private static final int OUTPUT = 3;
    private static final int POSTROUTING = 4;
    /** Room for what rewriting may add. */
    private static final int SPARE = 4096;
    /** The longest packet there is, and the longest that the kernel hands over whole. */
    private static final int LONGEST = 0xffff;

    private static final int LONGEST_WHOLE = LONGEST - 4;

    private final PacketBurst burst;
    private final BetweenPasses between;
    private final StateBits bits;
    private final LiveCounters counters;
    private final PacketReader reader = new PacketReader(false);
    private final OwnAnswers answers;
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();
    private final byte[] bytes = new byte[LONGEST + SPARE];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private final ByteBuffer ownBytes = buffer.duplicate();
    private @Nullable ByteBuffer queuedBytes;
    private @Nullable Verdicts verdicts;
    private boolean early;
    private int lastEarly;
    private boolean complained;
    private long now;

    LivePath(UserspaceTable table, BetweenPasses between, StateBits bits, LiveCounters counters) {
        this.burst = table.bursts();
        this.between = between;
        this.answers = new OwnAnswers(between);
        this.bits = bits;
        this.counters = counters;
    }

    /** The queue that its packets come from; those that came while it was opened are dropped. */
    void serve(PacketQueue queue) {
        if (early) {
            queue.dropUpTo(lastEarly);
            queue.flush();
        }
        verdicts = new Verdicts(queue);
    }

    @Override
    public void burstBegins() {
        now = burst.begin();
        between.expire(now);
    }

    @Override
    public void burstEnds() {
        burst.end();
        Verdicts target = verdicts;
        if (target != null) {
            // Without the lock: the kernel takes the packets through the rest of their way within this call.
            target.flush();
        }
    }

    @Override
    public void packet(QueuedPacket queued) {
        Verdicts target = verdicts;
        if (target == null) {
            early = true;
            lastEarly = queued.id();
            return;
        }
        try {
            switch (bits.own(queued.mark()) ? -1 : queued.hook()) {
                case PREROUTING, OUTPUT -> arrive(queued, target);
                case INPUT, POSTROUTING -> leave(queued, target);
                default -> target.accept(queued.id(), queued.mark());
            }
        } catch (RuntimeException failure) {
            counters.failed++;
            target.drop(queued.id());
            if (!complained) {
                complained = true;
                LOG.log(System.Logger.Level.ERROR, "a live packet could not be tracked and was dropped", failure);
            }
        }
    }

    private void arrive(QueuedPacket queued, Verdicts target) {
        counters.arrived++;
        if (!read(queued)) {
            counters.unreadable++;
            target.accept(queued.id(), bits.mark(queued.mark(), PacketState.INVALID, Flow.ORIGINAL));
            return;
        }
        packet.trusted = !queued.checksumUnverified() || queued.length() < queued.wholeLength();
        boolean own = queued.hook() == OUTPUT;
        if (!own || !answers.about(packet, tracking, burst, now)) {
            burst.arrive(packet, own, tracking);
        }
        if (tracking.dropped) {
            counters.droppedArriving++;
            target.drop(queued.id());
            return;
        }
        Flow flow = tracking.flow;
        if (flow != null) {
            remember(flow);
        }
        int mark = bits.mark(queued.mark(), tracking.state, tracking.direction);
        accept(queued, target, mark, flow != null && Status.translated(flow.status));
    }

    /** So that the second pass finds a flow that the table does not know by what its packet shows there. */
    private void remember(Flow flow) {
        boolean translated = Status.translated(flow.status);
        // A reset may have ended its flow: the table does not know that one any more either.
        boolean known = flow.confirmed() && !flow.has(Status.DYING);
        if (!translated && known && between.size() == 0) {
            return;
        }
        if (translated) {
            reread();
        }
        TupleKey key = burst.shown(packet);
        if (key != null && (translated || !known)) {
            between.put(key, flow, now);
        } else if (key != null) {
            between.replace(key, flow, now);
        }
    }

    /** The packet's tuple as its bytes show it now. */
    private void reread() {
        reader.read(bytes, packet.start, packet.length, packet.length, packet);
        packet.room = bytes.length;
    }

    private void leave(QueuedPacket queued, Verdicts target) {
        int mark = queued.mark();
        PacketState state = bits.state(mark);
        if (state == null || state == PacketState.INVALID || state == PacketState.UNTRACKED || !read(queued)) {
            target.accept(queued.id(), mark);
            return;
        }
        packet.trusted = true;
        TupleKey key = burst.shown(packet);
        Flow flow = key == null ? null : between.take(key, now);
        if (flow == null && key != null) {
            flow = burst.find(key);
        }
        if (flow == null) {
            counters.lost++;
            target.drop(queued.id());
            return;
        }
        counters.left++;
        tracking.packet = packet;
        tracking.state = state;
        tracking.direction = bits.direction(mark);
        tracking.dropped = false;
        tracking.flow = flow;
        burst.leave(tracking, queued.hook() == INPUT ? PacketBurst.STAYS : queued.outDevice());
        if (tracking.dropped) {
            counters.droppedLeaving++;
            target.drop(queued.id());
            return;
        }
        boolean rewritable = Status.translated(flow.status)
                || flow.has(Status.SEQ_ADJUST | Status.HELPER)
                || flow.helper() != null
                || (flow.extras != null && flow.extras.synProxy != null);
        accept(queued, target, mark, rewritable);
    }

    private void accept(QueuedPacket queued, Verdicts target, int mark, boolean rewritable) {
        if (!rewritable || !changed(queued)) {
            target.accept(queued.id(), mark);
            return;
        }
        if (packet.length > LONGEST_WHOLE || queued.wholeLength() > LONGEST_WHOLE) {
            counters.unreadable++;
            target.drop(queued.id());
            return;
        }
        if (queued.joined() && packet.key.protocol == Protocol.UDP) {
            PartialChecksum.leave(packet);
        } else if (queued.checksumPending()) {
            // The kernel takes replaced bytes for complete: nobody fills the checksum in any more.
            PartialChecksum.complete(packet);
        }
        counters.rewritten++;
        target.accept(queued.id(), mark, buffer, packet.start, packet.length);
    }

    private boolean changed(QueuedPacket queued) {
        int length = queued.length();
        if (packet.length != queued.wholeLength()) {
            return true;
        }
        ByteBuffer before = queuedBytes;
        if (before == null) {
            before = queued.buffer().duplicate();
            queuedBytes = before;
        }
        before.limit(queued.offset() + length).position(queued.offset());
        ownBytes.limit(packet.start + length).position(packet.start);
        return ownBytes.mismatch(before) >= 0;
    }

    /** Copies the packet from where the kernel put it; false when it is none that can be tracked. */
    private boolean read(QueuedPacket queued) {
        int there = queued.length();
        int whole = queued.wholeLength();
        if (there == 0 || whole > LONGEST) {
            return false;
        }
        queued.buffer().get(queued.offset(), bytes, 0, there);
        // The kernel hands over four bytes less than the longest packet has.
        for (int i = there; i < whole; i++) {
            bytes[i] = 0;
        }
        PacketShape shape = reader.read(bytes, 0, whole, whole, packet);
        packet.room = bytes.length;
        return shape == PacketShape.WHOLE;
    }
}
