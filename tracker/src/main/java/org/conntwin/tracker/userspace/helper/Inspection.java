package org.conntwin.tracker.userspace.helper;

import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.Payload;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.tcp.SequenceShift;
import org.jspecify.annotations.Nullable;

/** One packet before its flow's helper; reused for the next. Guarded by the tracker's lock. */
public final class Inspection {
    private final ExpectationTable expectations;
    private final Payload payload = new Payload();
    private final Rewriting rewriting = new Rewriting();
    private @Nullable Packet packet;
    private @Nullable Flow flow;
    private int direction;
    private boolean established;
    private long now;

    /** Inspections whose expectations go into this table. */
    public Inspection(ExpectationTable expectations) {
        this.expectations = expectations;
    }

    /**
     * Shows a packet to a helper.
     *
     * @param direction of the packet in its flow
     * @param established whether packets of both directions were seen by now
     */
    public Verdict of(Helper helper, Packet packet, Flow itsFlow, int direction, boolean established, long now) {
        flow = itsFlow;
        this.packet = packet;
        this.direction = direction;
        this.established = established;
        this.now = now;
        payload.read(packet);
        Verdict verdict = helper.inspect(this);
        flow = null;
        this.packet = null;
        return verdict;
    }

    /** The flow. */
    public Flow flow() {
        Flow present = flow;
        if (present == null) {
            throw new IllegalStateException("there is no packet to inspect");
        }
        return present;
    }

    /** Direction of the packet, {@link Flow#ORIGINAL} or {@link Flow#REPLY}. */
    public int direction() {
        return direction;
    }

    /** Whether packets of both directions were seen by now. */
    public boolean established() {
        return established;
    }

    /** What the packet carries; may be empty. */
    public Payload payload() {
        return payload;
    }

    /**
     * Puts a text in the place of bytes that the packet carries. Checksums, lengths and, for TCP, the sequence numbers of
     * the flow from here on follow; {@link #payload} is then the new one. Helpers do so where the flow is translated.
     *
     * @param offset index in {@link #payload} of the first byte that is replaced
     * @param length number of bytes that are replaced
     * @return false when the packet has no room for it; it is then as it was, and must not pass (kernel behaviour)
     */
    public boolean replace(int offset, int length, byte[] text) {
        Packet present = packet;
        if (present == null || !rewriting.payload(present, payload.index(offset), length, text)) {
            return false;
        }
        if (present.key.protocol == Protocol.TCP) {
            SequenceShift.note(flow(), direction, payload.sequence(), text.length - length);
        }
        payload.read(present);
        return true;
    }

    /** The tracker's nanoseconds. */
    public long now() {
        return now;
    }

    /**
     * Makes the packet's flow expect another one; see {@link ExpectationTable#expect} for what comes of it.
     */
    public Outcome expect(Wanted wanted) {
        return expectations.expect(flow(), wanted, true, now);
    }

    /** Takes back what {@link #expect} was asked for, which is told. */
    public void unexpect(Wanted wanted) {
        Expected found = expectations.find(wanted.tuple(), flow().zone().id(), now);
        if (found != null && found.master() == flow()) {
            expectations.remove(found, now);
        }
    }
}
