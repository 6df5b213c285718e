package org.conntwin.node.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.conntwin.node.channel.ChannelListener;
import org.conntwin.node.channel.Delivery;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.channel.View;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in one process: messages arrive in the order of their sending, each node hears on a thread of its
 * own. Messages can be lost by chance, nodes can be paused, killed and cut off from each other. Thread-safe.
 */
public final class FakeNetwork implements AutoCloseable {
    private final Random random;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Set<String> island = new HashSet<>();
    private double bestEffortLoss;
    private double reliableLoss;
    private long views;

    /** Losses are drawn from {@code seed}. */
    public FakeNetwork(long seed) {
        random = new Random(seed);
    }

    /** A channel for a node of this name; a running one of that name is killed. */
    public SyncChannel open(String name, ChannelListener listener) {
        return new Node(name, listener);
    }

    /** Shares of the messages that are lost from now on. */
    public synchronized void lose(double bestEffort, double reliable) {
        bestEffortLoss = bestEffort;
        reliableLoss = reliable;
    }

    /** Cuts these nodes off from all others, who lose sight of them; nobody for a network in one piece. */
    public synchronized void separate(String... names) {
        island.clear();
        island.addAll(List.of(names));
        tellViews();
    }

    /** The node hears nothing until {@link #resume}: it is frozen, or its link is stuck. */
    public synchronized void pause(String name) {
        node(name).paused = true;
    }

    /** It hears all that was sent to it meanwhile. */
    public synchronized void resume(String name) {
        node(name).paused = false;
        notifyAll();
    }

    /** The node is gone without a word. */
    public synchronized void kill(String name) {
        Node killed = nodes.remove(name);
        if (killed != null) {
            killed.closed = true;
        }
        notifyAll();
        tellViews();
    }

    /** Delivers bytes as if {@code from} had sent them. */
    public synchronized void inject(String from, String to, byte[] payload) {
        node(to).mail.add(() -> node(to).listener.received(from, payload, 0, payload.length));
        notifyAll();
    }

    private Node node(String name) {
        Node found = nodes.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        return found;
    }

    private boolean connected(String left, String right) {
        return island.contains(left) == island.contains(right);
    }

    private void tellViews() {
        views++;
        for (Node node : nodes.values()) {
            List<String> members = new ArrayList<>();
            for (String name : nodes.keySet()) {
                if (connected(name, node.name)) {
                    members.add(name);
                }
            }
            Set<String> joined = new HashSet<>(members);
            joined.removeAll(node.view.members());
            Set<String> left = new HashSet<>(node.view.members());
            left.removeAll(members);
            if (!joined.isEmpty() || !left.isEmpty()) {
                View view = new View(views, members, joined.size() > 1, joined, left);
                node.view = view;
                node.mail.add(() -> node.listener.viewChanged(view));
            }
        }
        notifyAll();
    }

    private synchronized boolean send(Node from, String to, byte[] payload, Delivery delivery) {
        Node receiver = nodes.get(to);
        if (receiver == null || nodes.get(from.name) != from || !connected(from.name, to)) {
            return false;
        }
        if (random.nextDouble() >= (delivery == Delivery.RELIABLE ? reliableLoss : bestEffortLoss)) {
            receiver.mail.add(() -> receiver.listener.received(from.name, payload, 0, payload.length));
            notifyAll();
        }
        return true;
    }

    private synchronized @Nullable Runnable nextFor(Node node) throws InterruptedException {
        while (!node.closed && (node.paused || node.mail.isEmpty())) {
            wait();
        }
        return node.closed ? null : node.mail.poll();
    }

    @Override
    public synchronized void close() {
        for (String name : List.copyOf(nodes.keySet())) {
            kill(name);
        }
    }

    private final class Node implements SyncChannel {
        private final String name;
        private final ChannelListener listener;
        private final Deque<Runnable> mail = new ArrayDeque<>();
        private View view = View.none();
        private boolean paused;
        private boolean closed;

        Node(String name, ChannelListener listener) {
            this.name = name;
            this.listener = listener;
        }

        private void hear() {
            try {
                Runnable next = nextFor(this);
                while (next != null) {
                    next.run();
                    next = nextFor(this);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void connect() {
            synchronized (FakeNetwork.this) {
                kill(name);
                nodes.put(name, this);
                tellViews();
            }
            Thread.ofPlatform().name("hears-" + name).daemon().start(this::hear);
        }

        @Override
        public void multicast(byte[] payload, int offset, int length, Delivery delivery) {
            byte[] copy = Arrays.copyOfRange(payload, offset, offset + length);
            synchronized (FakeNetwork.this) {
                for (String to : nodes.keySet()) {
                    if (!to.equals(name)) {
                        send(this, to, copy, delivery);
                    }
                }
            }
        }

        @Override
        public boolean unicast(String node, byte[] payload, Delivery delivery) {
            return send(this, node, payload, delivery);
        }

        @Override
        public int payloadBytes() {
            return 8_000;
        }

        @Override
        public View view() {
            synchronized (FakeNetwork.this) {
                return view;
            }
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of("sentMessages", 0L, "sentBytes", 0L, "receivedMessages", 0L);
        }

        @Override
        public Map<String, Long> drops() {
            return Map.of("forged", 0L);
        }

        @Override
        public void close() {
            synchronized (FakeNetwork.this) {
                if (nodes.get(name) == this) {
                    kill(name);
                }
            }
        }
    }
}
