package org.conntwin.tracker.userspace.overload;

import java.util.function.BooleanSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.EventBits;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.packet.PacketSender;

/** What a tracker does as its table fills up. Guarded by the tracker's lock. */
public final class Overload {
    /** From so many percent of the limit on flows that begin are lined up. */
    private static final int LINE_UP_PERCENT = 75;
    /** From so many percent on idle ends are asked. */
    private static final int ASK_PERCENT = 90;

    private static final int FORGOTTEN_A_TURN = 4096;

    private final OverloadSettings settings;
    private final FlowTable table;
    private final int lineUp;
    private final int ask;
    private final Unanswered unanswered;
    private final OverloadCounters counters = new OverloadCounters();
    private final AdaptiveLifetimes lifetimes;
    private final Prober prober;
    private final Eviction eviction;
    private final BooleanSupplier crowded;

    /**
     * Of an empty table.
     *
     * @param limit of the table, at least 1
     * @param closing whether an assured flow is in a state that ends soon
     * @param reaper takes a flow out of the table at the time given
     * @param crowded whether so many events wait that some had better be held back
     */
    public Overload(
            OverloadSettings settings,
            int limit,
            FlowTable table,
            Predicate<Flow> closing,
            ObjLongConsumer<Flow> reaper,
            BooleanSupplier crowded) {
        this.crowded = crowded;
        this.settings = settings;
        this.table = table;
        lineUp = (int) (limit / 100.0 * LINE_UP_PERCENT);
        ask = (int) (limit / 100.0 * ASK_PERCENT);
        unanswered = new Unanswered(limit);
        lifetimes = new AdaptiveLifetimes(settings, limit, table, closing, counters);
        prober = new Prober(settings, table, closing, counters);
        eviction = new Eviction(settings, table, closing, prober, unanswered, reaper, counters);
    }

    /** What happened so far. */
    public OverloadCounters counters() {
        return counters;
    }

    /** Keep-alives go through this from now on; without it no end is asked. */
    public void sender(PacketSender sender) {
        prober.sender(sender);
    }

    /** A packet has just set the flow's lifetime: it shrinks if the table is full enough, and the flow is in use. */
    public void refreshed(Flow flow, long now) {
        flow.used(now);
        lifetimes.set(flow, now);
    }

    /**
     * Takes a flow out of a full table, if one may go.
     *
     * @param bucket of the new flow
     */
    public boolean makeRoom(int bucket, long now) {
        return settings.earlyDrop() && eviction.makeRoom(bucket, now);
    }

    /**
     * Whether nothing is told of the flow yet, as many events wait and it is one without an answer: a flood must not
     * drown the events of others. What is held back goes with the flow's next event; one that ends before had none.
     */
    public boolean holdsBack(Flow flow) {
        if (flow.has(Status.SEEN_REPLY) || (flow.events & EventBits.NEW) == 0 || !crowded.getAsBoolean()) {
            return false;
        }
        counters.newsHeldBack++;
        return true;
    }

    /** A flow was taken into the table. */
    public void began(Flow flow) {
        if (table.count() >= lineUp) {
            unanswered.add(flow);
        }
    }

    /** What is to be done now and then, every 20 ms or so; short. */
    public void turn(long now) {
        int flows = table.count();
        if (flows < lineUp) {
            unanswered.forget(FORGOTTEN_A_TURN);
        }
        prober.turn(now, flows >= ask);
    }
}
