package org.conntwin.node.simulation;

import static org.conntwin.node.simulation.SimulatedTime.MILLI;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.conntwin.node.channel.ChannelListener;
import org.conntwin.node.channel.Delivery;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.channel.View;

/**
 * Messages that are delayed, lost, doubled and overtake each other, links that are cut in one direction or both, and views
 * that follow some time later, not at the same time at all nodes. Reliable messages keep their order and come late when
 * one was lost, but die with the link.
 */
final class SimulatedNetwork {
    private static final long NOTICE_FROZEN = 2_000 * MILLI;
    private static final long SLOWEST_VIEW = 1_500 * MILLI;

    private final SimulatedTime time;
    private final Random random;
    private final Map<String, Port> ports = new TreeMap<>();
    private final Set<String> cut = new HashSet<>();
    private double loss;
    private double doubled;
    private long slowest = 2 * MILLI;
    private long views;

    SimulatedNetwork(SimulatedTime time) {
        this.time = time;
        this.random = time.random();
    }

    SyncChannel open(String name, SimulatedProcess process, ChannelListener listener) {
        return new Port(name, process, listener);
    }

    /** Shares of messages that are lost and doubled, and the longest time under way, from now on. */
    void quality(double lost, double twice, long slowestNanos) {
        loss = lost;
        doubled = twice;
        slowest = slowestNanos;
    }

    /** Nothing goes from one to the other. */
    void cut(String from, String to) {
        cut.add(from + '>' + to);
        changed();
    }

    /** All links are whole again. */
    void heal() {
        cut.clear();
        changed();
    }

    /** A process was frozen, resumed, started or killed. */
    void changed() {
        for (Port port : List.copyOf(ports.values())) {
            time.between(20 * MILLI, SLOWEST_VIEW, () -> look(port));
            time.after(NOTICE_FROZEN + SLOWEST_VIEW, () -> look(port));
        }
    }

    private boolean passes(String from, String to) {
        return !cut.contains(from + '>' + to);
    }

    private boolean hear(Port left, Port right) {
        return passes(left.name, right.name)
                && passes(right.name, left.name)
                && !left.process.frozenFor(NOTICE_FROZEN)
                && !right.process.frozenFor(NOTICE_FROZEN);
    }

    private void look(Port port) {
        if (!port.process.runs() || ports.get(port.name) != port) {
            return;
        }
        Set<String> members = new TreeSet<>(Set.of(port.name));
        Deque<Port> reached = new ArrayDeque<>(List.of(port));
        while (!reached.isEmpty()) {
            Port from = reached.poll();
            for (Port to : ports.values()) {
                if (!to.process.dead() && hear(from, to) && members.add(to.name)) {
                    reached.add(to);
                }
            }
        }
        if (!members.equals(new TreeSet<>(port.view.members()))) {
            Set<String> joined = new TreeSet<>(members);
            joined.removeAll(port.view.members());
            Set<String> left = new TreeSet<>(port.view.members());
            left.removeAll(members);
            port.view = new View(++views, new ArrayList<>(members), joined.size() > 1, joined, left);
            port.listener.viewChanged(port.view);
        }
    }

    private void send(Port from, String to, byte[] payload, Delivery delivery) {
        Port receiver = ports.get(to);
        if (receiver == null || !passes(from.name, to) || receiver.process.dead()) {
            return;
        }
        if (delivery == Delivery.RELIABLE) {
            long late = random.nextLong(1, slowest);
            while (random.nextDouble() < loss) {
                late += random.nextLong(20 * MILLI, 200 * MILLI);
            }
            long arrives = Math.max(time.now() + late, receiver.reliableUntil.getOrDefault(from.name, 0L) + 1);
            receiver.reliableUntil.put(from.name, arrives);
            time.after(arrives - time.now(), () -> arrive(from, receiver, payload));
            return;
        }
        int copies = random.nextDouble() < doubled ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (random.nextDouble() >= loss) {
                time.after(random.nextLong(1, slowest), () -> arrive(from, receiver, payload));
            }
        }
    }

    private void arrive(Port from, Port receiver, byte[] payload) {
        if (!passes(from.name, receiver.name) || ports.get(receiver.name) != receiver) {
            return;
        }
        receiver.process.run(() -> {
            if (receiver.view.contains(from.name)) {
                receiver.listener.received(from.name, payload, 0, payload.length);
            }
        });
    }

    private final class Port implements SyncChannel {
        private final String name;
        private final SimulatedProcess process;
        private final ChannelListener listener;
        private final Map<String, Long> reliableUntil = new TreeMap<>();
        private View view;

        Port(String name, SimulatedProcess process, ChannelListener listener) {
            this.name = name;
            this.process = process;
            this.listener = listener;
            this.view = new View(++views, List.of(name), false, Set.of(name), Set.of());
        }

        @Override
        public void connect() {
            ports.put(name, this);
            changed();
        }

        @Override
        public void multicast(byte[] payload, int offset, int length, Delivery delivery) {
            byte[] copy = Arrays.copyOfRange(payload, offset, offset + length);
            for (String to : view.members()) {
                if (!to.equals(name)) {
                    send(this, to, copy, delivery);
                }
            }
        }

        @Override
        public boolean unicast(String node, byte[] payload, Delivery delivery) {
            if (!view.contains(node)) {
                return false;
            }
            send(this, node, payload, delivery);
            return true;
        }

        @Override
        public int payloadBytes() {
            return 1_400;
        }

        @Override
        public View view() {
            return view;
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of();
        }

        @Override
        public Map<String, Long> drops() {
            return Map.of();
        }

        @Override
        public void close() {
            ports.remove(name, this);
            changed();
        }
    }
}
