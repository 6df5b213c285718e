package org.conntwin.node.demo.userspace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.conntwin.node.demo.endpoint.Line;
import org.conntwin.node.demo.endpoint.Timed;
import org.conntwin.node.demo.endpoint.Timers;
import org.conntwin.node.demo.endpoint.VirtualHosts;
import org.conntwin.node.demo.endpoint.Wire;
import org.conntwin.node.demo.stage.DemoException;
import org.jspecify.annotations.Nullable;

/**
 * Everything around the firewalls: the hosts inside and outside, the lines to them, and the sockets over which packets go
 * to the firewall that owns the addresses now. One thread owns all of it; others ask it by {@link #ask}.
 */
final class World implements AutoCloseable {
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int BURST = 1_024;
    private static final long MAX_WAIT_MILLIS = 50;
    private static final long ANSWER_SECONDS = 20;

    /**
     * The two doors of a firewall.
     *
     * @param inside takes packets of the clients
     * @param outside takes packets of the servers
     */
    record Doors(InetSocketAddress inside, InetSocketAddress outside) {}

    private final long started = System.nanoTime();
    private final Timers timers = new Timers();
    private final Selector selector;
    private final DatagramChannel clientSide;
    private final DatagramChannel serverSide;
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);
    private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
    private final VirtualHosts clients;
    private final VirtualHosts servers;
    private final List<Line> lines;
    private final Thread thread;
    private @Nullable Doors doors;

    private World(Line.Quality quality, long seed, VirtualHosts.Listener listener) throws IOException {
        selector = Selector.open();
        clientSide = open(selector);
        serverSide = open(selector);
        Line fromClients = line((packet, now) -> send(clientSide, true, packet), quality, seed);
        Line fromServers = line((packet, now) -> send(serverSide, false, packet), quality, seed + 1);
        clients = new VirtualHosts(fromClients, timers, seed + 2, tuple -> null);
        servers = new VirtualHosts(fromServers, timers, seed + 3, listener);
        Line toClients = line(clients::receive, quality, seed + 4);
        Line toServers = line(servers::receive, quality, seed + 5);
        lines = List.of(fromClients, fromServers, toClients, toServers);
        thread = Thread.ofPlatform().daemon().name("world").unstarted(() -> run(toClients, toServers));
    }

    /**
     * A world that runs, with no firewall in it yet.
     *
     * @param quality of each of its four lines
     * @param seed what the fates of packets and the hosts' sequence numbers derive from
     * @param listener asked for every connection to a server, on the world's thread
     */
    static World open(Line.Quality quality, long seed, VirtualHosts.Listener listener) throws DemoException {
        try {
            World world = new World(quality, seed, listener);
            world.thread.start();
            return world;
        } catch (IOException e) {
            throw new DemoException("cannot open sockets on loopback: " + e.getMessage(), e);
        }
    }

    private Line line(Wire next, Line.Quality quality, long seed) {
        return new Line(next, timers, quality, seed);
    }

    private static DatagramChannel open(Selector selector) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.bind(new InetSocketAddress(loopback(), 0));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        return channel;
    }

    /** The address over which everything goes. */
    static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** The UDP port of the inside's packets. */
    int clientPort() {
        return clientSide.socket().getLocalPort();
    }

    /** The UDP port of the outside's packets. */
    int serverPort() {
        return serverSide.socket().getLocalPort();
    }

    /** The hosts inside; on the world's thread only. */
    VirtualHosts clients() {
        return clients;
    }

    /** The hosts outside; on the world's thread only. */
    VirtualHosts servers() {
        return servers;
    }

    /** What wakes everything; on the world's thread only. */
    Timers timers() {
        return timers;
    }

    /** The lines, from clients, from servers, to clients, to servers; on the world's thread only. */
    List<Line> lines() {
        return lines;
    }

    /** The firewall behind these doors has the addresses from now on; null: nobody has. */
    void route(@Nullable Doors owner) throws DemoException {
        ask(now -> {
            doors = owner;
            return true;
        });
    }

    /** Something to be done on the world's thread. */
    interface Question<T> {
        /** Does it. */
        T answer(long now);
    }

    /** Has something done on the world's thread and waits for it. */
    <T> T ask(Question<T> question) throws DemoException {
        Callable<T> call = () -> question.answer(now());
        FutureTask<T> task = new FutureTask<>(call);
        tasks.add(task);
        selector.wakeup();
        try {
            return task.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoException("the virtual hosts failed: " + e, e);
        }
    }

    private long now() {
        return System.nanoTime() - started;
    }

    private void send(DatagramChannel side, boolean fromInside, ByteBuffer packet) {
        Doors owner = doors;
        if (owner == null) {
            return;
        }
        try {
            side.send(packet, fromInside ? owner.inside : owner.outside);
        } catch (IOException e) {
            // As on any line: what cannot be carried is lost, and the hosts notice.
        }
    }

    private void run(Wire toClients, Wire toServers) {
        try {
            while (selector.isOpen()) {
                long wait = (timers.next() - now()) / 1_000_000;
                if (!tasks.isEmpty() || wait < 0) {
                    selector.selectNow();
                } else {
                    selector.select(Math.clamp(wait, 1, MAX_WAIT_MILLIS));
                }
                selector.selectedKeys().clear();
                // Packets that wait come before timers that would take them for lost.
                receive(clientSide, true, toClients);
                receive(serverSide, false, toServers);
                timers.run(now());
                FutureTask<?> task = tasks.poll();
                if (task != null) {
                    task.run();
                }
            }
        } catch (ClosedSelectorException closed) {
            // The world ends.
        } catch (IOException e) {
            System.err.println("demo: the virtual hosts lost their sockets: " + e.getMessage());
        }
    }

    private void receive(DatagramChannel side, boolean inside, Wire next) throws IOException {
        for (int i = 0; i < BURST; i++) {
            Object source = side.receive(buffer.clear());
            if (source == null) {
                return;
            }
            Doors owner = doors;
            if (owner != null && source.equals(inside ? owner.inside : owner.outside)) {
                next.send(buffer.flip(), now());
            }
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            thread.join(TimeUnit.SECONDS.toMillis(5));
            clientSide.close();
            serverSide.close();
        } catch (IOException e) {
            System.err.println("demo: closing sockets failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For what has to act on its own in this world. */
    void wake(Timed timed) {
        timers.changed(timed);
    }
}
