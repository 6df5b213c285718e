package org.conntwin.node.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.TP;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Sees at once when the process of a member ends: every node holds a TCP connection to every other, on the number of
 * its UDP port, and the other's kernel ends that connection when the process is gone, however it went.
 *
 * <p>No byte ever travels on these connections, and nothing that arrives is read for its content, so there is nothing
 * to authenticate or parse. The worst that a stranger can do is to end one, which raises a suspicion that the sealed
 * "are you dead?" of the protocol above disproves.
 *
 * <p>Bounds: {@value #MAX_INCOMING} incoming connections, beyond which the oldest is closed; one outgoing for each
 * member. One thread.
 */
final class PeerWatch extends Protocol {
    private static final int MAX_INCOMING = 64;
    private static final long TICK_MILLIS = 250;
    /** A member that refuses connections is alive when it stays in the view; asked again after this. */
    private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Drops drops;
    private final ServerSocketChannel listener;
    private final Selector selector;
    private final Set<SocketChannel> incoming = new LinkedHashSet<>();
    private final Map<Address, SocketChannel> outgoing = new HashMap<>();
    private final Map<Address, Long> notBeforeNanos = new HashMap<>();
    private volatile Set<Address> watched = Set.of();
    private volatile @Nullable Thread thread;

    private PeerWatch(Drops drops, ServerSocketChannel listener, Selector selector) {
        this.drops = drops;
        this.listener = listener;
        this.selector = selector;
    }

    /** Listens on an address and port; the socket is closed with the protocol. */
    static PeerWatch listening(Drops drops, InetAddress address, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(address, port));
            listener.configureBlocking(false);
            return new PeerWatch(drops, listener, Selector.open());
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    @Override
    public void start() throws Exception {
        super.start();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        TP transport = getTransport();
        Thread watcher = transport.getThreadFactory().newThread(this::run, "peer-watch");
        thread = watcher;
        watcher.start();
    }

    @Override
    public void stop() {
        super.stop();
        thread = null;
        close();
    }

    /** Frees the port, whether or not the protocol was started. */
    void close() {
        try {
            selector.close();
            listener.close();
        } catch (IOException e) {
            log.warn("cannot close the watch socket: %s", e);
        }
    }

    @Override
    public Object down(Event event) {
        Object result = down_prot.down(event);
        if (event.getType() == Event.VIEW_CHANGE) {
            Set<Address> others = new HashSet<>(event.<View>arg().getMembers());
            others.remove(local_addr);
            watched = Set.copyOf(others);
            selector.wakeup();
        }
        return result;
    }

    private void run() {
        try {
            while (Thread.currentThread().equals(thread)) {
                follow(watched);
                selector.select(this::ready, TICK_MILLIS);
            }
        } catch (IOException | java.nio.channels.ClosedSelectorException e) {
            if (thread != null) {
                log.error("the watch for dead peers ended: %s", e);
            }
        } finally {
            incoming.forEach(PeerWatch::closeQuietly);
            outgoing.values().forEach(PeerWatch::closeQuietly);
        }
    }

    private void follow(Set<Address> members) {
        outgoing.entrySet().removeIf(connection -> {
            boolean gone = !members.contains(connection.getKey());
            if (gone) {
                closeQuietly(connection.getValue());
            }
            return gone;
        });
        notBeforeNanos.keySet().retainAll(members);
        long now = System.nanoTime();
        for (Address member : members) {
            Long notBefore = notBeforeNanos.get(member);
            if (!outgoing.containsKey(member) && (notBefore == null || now - notBefore >= 0)) {
                connect(member);
            }
        }
    }

    private void connect(Address member) {
        PhysicalAddress where = (PhysicalAddress) down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, member));
        if (where == null) {
            return; // known within moments; tried again with the next tick
        }
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            TP transport = getTransport();
            channel.bind(new InetSocketAddress(transport.getBindAddr(), 0));
            boolean connected = channel.connect(where.getSocketAddress());
            channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, member);
            outgoing.put(member, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                closeQuietly(channel);
            }
            ended(member);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.channel().equals(listener)) {
                accept();
            } else if (key.isConnectable()) {
                if (((SocketChannel) key.channel()).finishConnect()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else {
                readable(key);
            }
        } catch (IOException | RuntimeException e) {
            // A connection that fails is lost; the listener stays, whatever a stranger does to it.
            if (!key.channel().equals(listener)) {
                lost(key);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel == null) {
            return;
        }
        if (incoming.size() >= MAX_INCOMING) {
            SocketChannel oldest = incoming.iterator().next();
            incoming.remove(oldest);
            closeQuietly(oldest);
            drops.count(DropCause.CONNECTION_REFUSED, "on the watch's port, too many");
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        incoming.add(channel);
    }

    /** The other end closed; or sent something, which no node does. */
    private void readable(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        int read = channel.read(ByteBuffer.allocate(64));
        if (read > 0) {
            drops.count(DropCause.NOT_SEALED, "on the watch's port");
        }
        if (read != 0) {
            lost(key);
        }
    }

    private void lost(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        closeQuietly(channel);
        incoming.remove(channel);
        if (key.attachment() instanceof Address member && outgoing.remove(member, channel)) {
            ended(member);
        }
    }

    private void ended(Address member) {
        notBeforeNanos.put(member, System.nanoTime() + REFUSED_NANOS);
        if (watched.contains(member)) {
            Suspicion.raise(this, getTransport(), member);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing is lost with it
        }
    }
}
