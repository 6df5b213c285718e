package org.conntwin.tracker.userspace.helper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.conntwin.tracker.model.Expectation.Nat;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectationTable;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.Payload;
import org.conntwin.tracker.userspace.packet.Rewriting;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.tcp.SequenceShift;
import org.jspecify.annotations.Nullable;

/** One packet before its flow's helper; reused for the next. Guarded by the tracker's lock. */
public final class Inspection {
    private final ExpectationTable expectations;
    private final FlowReach flows;
    private final Siblings siblings;
    private final Payload payload = new Payload();
    private final Rewriting rewriting = new Rewriting();
    private @Nullable Packet packet;
    private final PayloadText text = new PayloadText(payload);
    private @Nullable Flow flow;
    private int direction;
    private boolean established;
    /** Whether the packet's checksum is that of another payload. */
    private boolean stale;

    private long now;
    private final FreePort freePort = new FreePort(new SplittableRandom());
    private final TupleKey redirected = new TupleKey();

    /** Inspections whose expectations go into this table. */
    public Inspection(ExpectationTable expectations, FlowReach flows) {
        this.expectations = expectations;
        this.flows = flows;
        siblings = new Siblings(expectations, flows);
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
        stale = false;
        Verdict verdict = helper.inspect(this);
        if (stale) {
            rewriting.sumPayload(packet);
        }
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
        if (!replacePart(offset, length, text)) {
            return false;
        }
        grown(text.length - length);
        return true;
    }

    /**
     * The same where more parts of the packet are replaced: what they come to is told by {@link #grown} once.
     *
     * @return false when the packet has no room for it
     */
    public boolean replacePart(int offset, int length, byte[] text) {
        Packet present = packet;
        if (present == null || !rewriting.part(present, payload.index(offset), length, text)) {
            return false;
        }
        stale = true;
        payload.read(present);
        return true;
    }

    /** The packet is longer by so many bytes than its sender knows. */
    public void grown(int bytes) {
        if (packet != null && packet.key.protocol == Protocol.TCP) {
            SequenceShift.note(flow(), direction, payload.sequence(), bytes);
        }
    }

    /** Sends the packet, a datagram, to another port. */
    public void redirect(int port) {
        Packet present = packet;
        if (present != null) {
            redirected.destinationHigh = present.key.destinationHigh;
            redirected.destinationLow = present.key.destinationLow;
            redirected.keys = port;
            rewriting.end(present, false, redirected);
        }
    }

    /** The same as text. */
    public PayloadText text() {
        return text;
    }

    /** The other flows of the conversation. */
    public Siblings siblings() {
        return siblings;
    }

    /** The tracker's nanoseconds. */
    public long now() {
        return now;
    }

    /** Gives the flow so many seconds from now, unless its lifetime is fixed; fewer as the table fills up. */
    public void refresh(int seconds) {
        Flow present = flow();
        long end = present.end;
        present.refresh(seconds, now);
        if (present.end != end) {
            flows.refreshed(present, end, now);
        }
    }

    /**
     * Makes the packet's flow expect another one; see {@link ExpectationTable#expect} for what comes of it.
     */
    public Outcome expect(Wanted wanted) {
        return expectations.expect(flow(), wanted, true, now);
    }

    /** Whether the flow is translated, so that its ends know each other by other addresses than their own. */
    public boolean translated() {
        return Status.translated(flow().status);
    }

    /**
     * Makes a translated flow expect another one where its ends know the announcer, at the port that was announced or, if
     * that is taken, another one (kernel behaviour: {@code nf_nat_exp_find_port}).
     *
     * @param wanted with the announced port
     * @return what is expected, null when nothing is: the packet must not pass then
     */
    public @Nullable Wanted expectTranslated(Wanted wanted) {
        return freePort.expect(this, wanted);
    }

    /**
     * What {@link #expectTranslated} does, and tells the packet's receiver of it.
     *
     * @param offset index in {@link #payload} of the announcement
     * @param length its bytes
     * @param text the announcement with another port
     */
    public Verdict announce(Wanted wanted, int offset, int length, IntFunction<String> text) {
        Wanted there = expectTranslated(wanted);
        if (there == null) {
            return Verdict.DROP;
        }
        byte[] told = text.apply(there.tuple().destinationKey()).getBytes(StandardCharsets.US_ASCII);
        if (!replace(offset, length, told)) {
            unexpect(there);
            return Verdict.DROP;
        }
        return Verdict.ACCEPT;
    }

    /**
     * How what this packet announces is translated.
     *
     * @param high upper half of the address that is told apart from the master's, 0 for none
     * @param low lower half
     * @param key the announced port or id
     * @param reply whether the flow runs towards the master's client
     */
    public Nat back(long high, long low, int key, boolean reply) {
        // The protocol is the master's, as the kernel tells it.
        Tuple saved = new Tuple(flow().family(), flow().protocol(), high, low, 0, 0, key, 0);
        return new Nat(saved, reply);
    }

    /** Takes back what {@link #expect} was asked for, which is told. */
    public void unexpect(Wanted wanted) {
        Expected found = expectations.find(wanted.tuple(), flow().zone().id(), now);
        if (found != null && found.master() == flow()) {
            expectations.remove(found, now);
        }
    }

    /** The expectation of anybody that a tuple matches in the flow's zone; null for none. */
    public @Nullable Expected find(Tuple tuple) {
        return expectations.find(tuple, flow().zone().id(), now);
    }

    /** What the flow expects, the youngest first. */
    public List<Expected> expected() {
        return List.copyOf(expectations.of(flow())).reversed();
    }

    /** Takes an expectation out. */
    public void unexpect(Expected expected) {
        expectations.remove(expected, now);
    }

    /** Has an inactive expectation be fulfilled from now on, and for so many seconds. */
    public void activate(Expected expected, int seconds) {
        expectations.lifetime(expected, seconds, now);
        expectations.activate(expected, true, now);
    }
}
