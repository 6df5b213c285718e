package org.conntwin.tracker.userspace.overload;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.packet.PacketSender;
import org.conntwin.tracker.userspace.tcp.KeepAlive;
import org.jspecify.annotations.Nullable;

/**
 * Asks both ends of idle TCP connections whether they still are, once the table is nearly full: by a keep-alive, which a
 * host that knows the connection acknowledges and one that does not answers with a reset. Both answers pass the tracker
 * as any packet does: the flow is fresh again, or closing. Only those that stayed silent may make room. So many a second
 * and so many at a time are asked. Guarded by the tracker's lock.
 */
final class Prober {
    /** Most connections that are waited for or were silent. */
    private static final int MOST = 2048;

    private static final int PER_SECOND = 500;
    /** Connections asked within one turn, at most. */
    private static final int BURST = 20;

    private static final int BUCKETS_A_TURN = 1024;
    private static final long SECOND = 1_000_000_000L;
    /** How long an answer is waited for. */
    private static final long PATIENCE = 3 * SECOND;

    /** @param idle nanoseconds that the flow was idle when it was asked */
    private record Asked(Flow flow, long time, long idle) {}

    private final FlowTable table;
    private final Predicate<Flow> closing;
    private final OverloadCounters counters;
    private final KeepAlive keepAlive = new KeepAlive();
    private final Consumer<Flow> ask = this::ask;
    private final Queue<Asked> waiting = new ArrayDeque<>();
    private final Queue<Flow> silent = new ArrayDeque<>();
    private final Queue<Flow> silentTranslated = new ArrayDeque<>();
    /** All of the three. */
    private final Set<Flow> known = Collections.newSetFromMap(new IdentityHashMap<>());

    private final long soft;
    private final boolean wanted;
    private @Nullable PacketSender sender;
    private int hand;
    private long time;
    /** From when on another connection may be asked, as if each took its share of a second. */
    private long free = Long.MIN_VALUE;

    /**
     * Asks nothing until it has a sender.
     *
     * @param closing whether an assured flow is in a state that ends soon
     */
    Prober(OverloadSettings settings, FlowTable table, Predicate<Flow> closing, OverloadCounters counters) {
        this.table = table;
        this.closing = closing;
        this.counters = counters;
        wanted = settings.probe();
        soft = settings.softSeconds() * SECOND;
    }

    /** Sends from now on through this. */
    void sender(PacketSender newSender) {
        sender = newSender;
    }

    /** Whether the flow's ends are to be asked before it may make room. */
    boolean asks(Flow flow) {
        return wanted && sender != null && keepAlive.possible(flow);
    }

    /** Asks some connections and settles what became of others; to be called often, as a turn is short. */
    void turn(long now, boolean nearlyFull) {
        if (!wanted || sender == null) {
            return;
        }
        Asked first = waiting.peek();
        while (first != null && now - first.time() >= PATIENCE) {
            waiting.remove();
            settle(first);
            first = waiting.peek();
        }
        if (!nearlyFull) {
            silent.forEach(known::remove);
            silent.clear();
            silentTranslated.forEach(known::remove);
            silentTranslated.clear();
            return;
        }
        time = now;
        free = Math.max(free, now - BURST * SECOND / PER_SECOND);
        int last = table.buckets() - 1;
        for (int i = 0; i < BUCKETS_A_TURN && mayAsk(); i++) {
            table.visit(hand, ask);
            hand = (hand + 1) & last;
        }
    }

    /** A flow that stayed silent and still does, which is forgotten here; null for none. */
    @Nullable
    Flow silent(long now, boolean translated) {
        Queue<Flow> flows = translated ? silentTranslated : silent;
        for (Flow flow = flows.poll(); flow != null; flow = flows.poll()) {
            known.remove(flow);
            if (flow.confirmed() && !flow.has(Status.DYING) && !closing.test(flow) && flow.idle(now) >= soft) {
                return flow;
            }
        }
        return null;
    }

    private boolean mayAsk() {
        return free < time && known.size() < MOST;
    }

    private void ask(Flow flow) {
        PacketSender through = sender;
        if (through == null
                || !mayAsk()
                || !flow.has(Status.ASSURED)
                || flow.has(Status.FIXED_TIMEOUT)
                || flow.idle(time) < soft
                || !keepAlive.possible(flow)
                || known.contains(flow)) {
            return;
        }
        free += SECOND / PER_SECOND;
        boolean one = send(through, flow, Flow.ORIGINAL);
        boolean other = send(through, flow, Flow.REPLY);
        counters.probed++;
        counters.probesFailed += one || other ? 0 : 1;
        known.add(flow);
        waiting.add(new Asked(flow, time, flow.idle(time)));
    }

    private boolean send(PacketSender through, Flow flow, int side) {
        byte[] bytes = keepAlive.bytes;
        return through.send(bytes, 0, keepAlive.write(flow, side));
    }

    private void settle(Asked asked) {
        Flow flow = asked.flow();
        boolean reset = closing.test(flow);
        boolean over = reset || flow.has(Status.DYING);
        // How long it is idle now tells nothing: that wraps, and the turn may be late. A packet has changed the old
        // value.
        if (over || flow.idle(asked.time()) != asked.idle()) {
            known.remove(flow);
            if (reset) {
                counters.probesReset++;
            } else if (over) {
                counters.probesEnded++;
            } else {
                counters.probesAnswered++;
            }
        } else {
            counters.probesUnanswered++;
            (flow.has(Status.SRC_NAT | Status.DST_NAT) ? silentTranslated : silent).add(flow);
        }
    }
}
