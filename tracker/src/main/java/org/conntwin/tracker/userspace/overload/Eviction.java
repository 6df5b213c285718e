package org.conntwin.tracker.userspace.overload;

import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.jspecify.annotations.Nullable;

/**
 * Makes room in a full table, one flow for one: the oldest that has no answer, so that a flood pushes out itself and a
 * handshake lives as long as the flood's flows do. Where none is known, the least of those that a bounded search meets
 * goes: it begins at the new flow's own bucket (kernel: {@code early_drop}), which a keyed hash makes random, and goes on
 * where the last search ended, so that every flow's turn comes. A flow in use never goes. Guarded by the tracker's lock.
 */
final class Eviction {
    /** Least first; what is not among them does not go. */
    private static final int UNREPLIED = 0;

    private static final int UNASSURED = 1;
    private static final int CLOSING = 2;
    private static final int IDLE = 3;
    private static final int IDLE_TRANSLATED = 4;
    private static final int STAYS = 5;

    /** Buckets near the new flow's: at a quarter to half a flow each, what the kernel's 8 hold at two tuples each. */
    private static final int NEAR = 32;
    /** Buckets that are looked at beyond them. */
    private static final int FAR = 96;
    /** So many flows without an answer are enough to choose from. */
    private static final int ENOUGH = 4;
    /** How long nothing is looked for beyond the near buckets after a whole round in which nothing could go. */
    private static final long REST = 250_000_000L;

    private final FlowTable table;
    private final Predicate<Flow> closing;
    private final Prober prober;
    private final Unanswered unanswered;
    private final ObjLongConsumer<Flow> reaper;
    private final OverloadCounters counters;
    private final long soft;
    private final Consumer<Flow> look = this::consider;

    /** Of the present search. */
    private @Nullable Flow best;

    private int bestRank;
    private int unreplied;
    private long time;

    /** Where the last search ended. */
    private int hand;
    /** Buckets that the hand passed since something could go. */
    private int fruitless;

    private long restUntil = Long.MIN_VALUE;

    /**
     * Nothing is looked for yet.
     *
     * @param closing whether an assured flow is in a state that ends soon
     * @param reaper takes a flow out of the table at the time given
     */
    Eviction(
            OverloadSettings settings,
            FlowTable table,
            Predicate<Flow> closing,
            Prober prober,
            Unanswered unanswered,
            ObjLongConsumer<Flow> reaper,
            OverloadCounters counters) {
        this.table = table;
        this.closing = closing;
        this.prober = prober;
        this.unanswered = unanswered;
        this.reaper = reaper;
        this.counters = counters;
        soft = settings.softSeconds() * 1_000_000_000L;
    }

    /**
     * Takes a flow out.
     *
     * @param bucket of the new flow
     * @return false when nothing that was met may go
     */
    boolean makeRoom(int bucket, long now) {
        Flow oldest = unanswered.oldest();
        if (oldest != null) {
            count(UNREPLIED);
            reaper.accept(oldest, now);
            return true;
        }
        best = null;
        bestRank = STAYS;
        unreplied = 0;
        time = now;
        int last = table.buckets() - 1;
        for (int i = 0; i < NEAR && unreplied < ENOUGH; i++) {
            table.visit((bucket + i) & last, look);
        }
        if (bestRank > UNREPLIED && now >= restUntil) {
            goOn(last);
        }
        if (bestRank > IDLE) {
            take(prober.silent(now, false), IDLE);
        }
        if (bestRank == STAYS) {
            take(prober.silent(now, true), IDLE_TRANSLATED);
        }
        Flow victim = best;
        best = null;
        if (victim == null) {
            return false;
        }
        count(bestRank);
        reaper.accept(victim, now);
        return true;
    }

    /** Looks beyond the near buckets, until something without an answer is met. */
    private void goOn(int last) {
        for (int i = 0; i < FAR && bestRank > UNREPLIED; i++) {
            table.visit(hand, look);
            hand = (hand + 1) & last;
            fruitless++;
        }
        if (bestRank < STAYS) {
            fruitless = 0;
        } else if (fruitless > last) {
            fruitless = 0;
            restUntil = time + REST;
        }
    }

    private void take(@Nullable Flow flow, int rank) {
        if (flow != null) {
            best = flow;
            bestRank = rank;
        }
    }

    private void consider(Flow flow) {
        int rank = rank(flow);
        // Ends that can be asked are asked first; the prober knows which of them are silent.
        if (rank > bestRank || rank == STAYS || (rank >= IDLE && prober.asks(flow))) {
            return;
        }
        Flow other = best;
        if (rank < bestRank || other == null || before(flow, other, rank)) {
            best = flow;
            bestRank = rank;
        }
        unreplied += rank == UNREPLIED ? 1 : 0;
    }

    private int rank(Flow flow) {
        if (!flow.has(Status.ASSURED)) {
            return flow.has(Status.SEEN_REPLY) ? UNASSURED : UNREPLIED;
        }
        if (closing.test(flow)) {
            return CLOSING;
        }
        if (flow.has(Status.FIXED_TIMEOUT) || flow.idle(time) < soft) {
            return STAYS;
        }
        return flow.has(Status.SRC_NAT | Status.DST_NAT) ? IDLE_TRANSLATED : IDLE;
    }

    /** Whether the first goes before the second, both of one rank: the one that began or will end earlier. */
    private static boolean before(Flow flow, Flow other, int rank) {
        return rank <= UNASSURED ? flow.id() - other.id() < 0 : flow.end < other.end;
    }

    private void count(int rank) {
        switch (rank) {
            case UNREPLIED -> counters.evictedUnreplied++;
            case UNASSURED -> counters.evictedUnassured++;
            case CLOSING -> counters.evictedClosing++;
            case IDLE -> counters.evictedIdle++;
            default -> counters.evictedIdleTranslated++;
        }
    }
}
